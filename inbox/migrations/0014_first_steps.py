from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    """Who is there already knows the way: only people added from now on are shown their first steps."""

    dependencies = [("inbox", "0013_blocks")]

    operations = [
        migrations.AddField("user", "first_opened_at", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AddField("user", "first_steps_from", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AlterField(
            "user",
            "first_steps_from",
            models.DateTimeField(blank=True, default=timezone.now, editable=False, null=True),
        ),
    ]
