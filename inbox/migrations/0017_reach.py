"""How many followers somebody had when a public conversation began."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Empty where it was not kept."""

    dependencies: ClassVar = [("inbox", "0016_teams_divide_their_work")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="conversation",
            name="reach",
            field=models.PositiveIntegerField(blank=True, editable=False, null=True),
        ),
    ]
