"""What an account says by itself outside opening hours; off until an admin turns it on."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """A switch, a text per language, and the language for who wrote in another."""

    dependencies = [("channels", "0004_message_templates")]

    operations = [
        migrations.AddField(model_name="account", name="automatic_on", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="account",
            name="automatic_language",
            field=models.CharField(choices=[("nl", "Dutch"), ("en", "English")], default="nl", max_length=2),
        ),
        migrations.AddField(model_name="account", name="automatic_nl", field=models.TextField(blank=True)),
        migrations.AddField(model_name="account", name="automatic_en", field=models.TextField(blank=True)),
    ]
