"""What somebody looks for names each spelling once."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

from inbox.migrations._search_functions import ASKED


class Migration(migrations.Migration):
    """The function anew; no column and no index stands on it."""

    dependencies: ClassVar = [("inbox", "0022_indexes_that_pay")]

    operations: ClassVar = [
        migrations.RunSQL(ASKED.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), migrations.RunSQL.noop)
    ]
