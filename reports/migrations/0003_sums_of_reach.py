"""Sums by day hold reach and proactive messages too: all of them are made anew."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Until beat made them, figures are counted from the rows."""

    dependencies: ClassVar = [("reports", "0002_rollups"), ("inbox", "0017_reach")]

    operations: ClassVar = [
        migrations.RunSQL("DELETE FROM reports_rollupstate", migrations.RunSQL.noop),
    ]
