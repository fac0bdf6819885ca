"""What an account's own server allows, where a platform has many."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0005_chat_mail_after"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="limits",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
