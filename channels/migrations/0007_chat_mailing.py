"""Since when a mail of a chat is under way of which nobody knows yet how it ended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0006_account_limits"),
    ]

    operations = [
        migrations.AddField(
            model_name="chatmessage",
            name="mailing_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="chatmessage",
            index=models.Index(
                condition=models.Q(("mailing_at__isnull", False)),
                fields=["account", "mailing_at"],
                name="chat_message_mailing",
            ),
        ),
    ]
