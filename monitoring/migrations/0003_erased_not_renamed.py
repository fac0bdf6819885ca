"""A post goes when its writer is erased, and stays when the platform gives the writer another id."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_TRIGGER = """
CREATE OR REPLACE TRIGGER monitoring_person_erased AFTER UPDATE OF external_id ON inbox_identity FOR EACH ROW
    WHEN ({}) EXECUTE FUNCTION monitoring_forget_person();
"""
_ERASED = "NEW.external_id LIKE 'erased:%' AND OLD.external_id NOT LIKE 'erased:%'"


class Migration(migrations.Migration):
    """The trigger fires on an erasure alone."""

    dependencies: ClassVar = [("monitoring", "0002_erased_with_the_person")]

    operations: ClassVar = [
        migrations.RunSQL(_TRIGGER.format(_ERASED), _TRIGGER.format("OLD.external_id IS DISTINCT FROM NEW.external_id"))
    ]
