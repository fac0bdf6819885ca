"""From which mailbox a mail of a chat leaves: one that broke off is looked for there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0007_chat_mailing"),
    ]

    operations = [
        migrations.AddField(
            model_name="chatmessage",
            name="mailed_from",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="channels.account",
            ),
        ),
    ]
