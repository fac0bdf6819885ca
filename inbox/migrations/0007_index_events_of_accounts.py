"""Events that belong to no conversation are few among many: an index of their own for the accounts page."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """Adds the index."""

    dependencies = [
        ("channels", "0003_index_failed_deliveries"),
        ("inbox", "0006_versions_of_messages_and_former_ids"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("conversation", None)), fields=["-at"], name="event_of_no_conversation"
            ),
        ),
    ]
