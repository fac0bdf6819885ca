"""Of a number or name in several parts, the last part alone may be unfinished in what somebody looks for."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from inbox.migrations._search_functions import ASKED


class Migration(migrations.Migration):
    """The function anew; no column and no index stands on it."""

    dependencies: ClassVar = [("inbox", "0004_reference_holds_views_and_notices")]

    operations: ClassVar = [
        migrations.RunSQL(ASKED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), migrations.RunSQL.noop)
    ]
