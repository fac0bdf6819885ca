"""Whether anything is monitored: then it is in everybody's menu."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Nothing is, at first."""

    dependencies: ClassVar = [("inbox", "0045_index_mentions")]

    operations: ClassVar = [
        migrations.AddField(
            "organisation", "monitors", models.BooleanField(db_default=False, default=False, editable=False)
        ),
    ]
