"""Saved views and notices are reference data: a change of one gives it a new version."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

_FOLLOW = """
CREATE TRIGGER reference_changed AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION inbox_reference_changed();
"""
_TABLES = ("inbox_savedview", "inbox_notice")


class Migration(migrations.Migration):
    """A trigger each."""

    dependencies: ClassVar = [("inbox", "0003_messages_told_before")]

    operations: ClassVar = [
        migrations.RunSQL(_FOLLOW.format(table=table), f"DROP TRIGGER reference_changed ON {table};")
        for table in _TABLES
    ]
