"""When a mail of a chat is tried again that could not be handed in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0003_email_for_chats"),
    ]

    operations = [
        migrations.AddField(
            model_name="chatmessage",
            name="mail_after",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
