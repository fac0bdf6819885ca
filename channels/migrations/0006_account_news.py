"""The newest news of a platform's own about an account."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column."""

    dependencies: ClassVar = [("channels", "0005_automatic_messages")]

    operations: ClassVar = [migrations.AddField("account", "news", models.JSONField(blank=True, default=dict))]
