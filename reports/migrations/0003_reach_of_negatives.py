"""Whom negatives reach is summed up by day too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_questions")]

    operations = [
        migrations.AddField(
            model_name="rollupstate", name="negatives_horizon", field=models.BigIntegerField(null=True)
        ),
    ]
