"""Failed deliveries are few among many: an index of their own for the accounts page."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the index."""

    dependencies = [
        ("channels", "0002_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("status", "failed")), fields=["-received_at"], name="delivery_failed"
            ),
        ),
    ]
