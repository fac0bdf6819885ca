"""What nobody saw in a chat goes by mail: from which mailbox, and when it went."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0002_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="chatmessage",
            name="mailed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="chatsite",
            name="mail_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="channels.account",
            ),
        ),
        migrations.AddIndex(
            model_name="chatmessage",
            index=models.Index(
                condition=models.Q(
                    ("delivered_at", None), ("is_ours", True), ("mailed_at", None), ("removed_at", None)
                ),
                fields=["account", "at"],
                name="chat_message_unseen",
            ),
        ),
        migrations.AddIndex(
            model_name="chatmessage",
            index=models.Index(
                condition=models.Q(("mailed_at__isnull", False)), fields=["client_id"], name="chat_message_mailed"
            ),
        ),
    ]
