from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0026_counts_by_team"),
    ]

    operations = [
        migrations.AddField(
            model_name="team",
            name="is_closed",
            field=models.BooleanField(default=False, verbose_name="closed to others"),
        ),
    ]
