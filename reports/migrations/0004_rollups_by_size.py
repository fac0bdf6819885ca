"""The exact amounts of one size are found by an index."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """A median reads one size of a year."""

    dependencies: ClassVar = [("reports", "0003_sums_of_reach")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="rollup",
            index=models.Index(
                fields=["source", "bucket", "day"], name="rollup_by_size", condition=models.Q(amounts__isnull=False)
            ),
        ),
    ]
