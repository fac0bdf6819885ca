"""When an access was last tried to be renewed: one that was lost is tried again with growing pauses."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0008_chat_mailed_from"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="renewal_tried_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
