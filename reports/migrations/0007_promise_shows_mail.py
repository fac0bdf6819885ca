"""The public page shows where one mails to, where an admin wants that."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0006_sums_of_months"),
    ]

    operations = [
        migrations.AddField(
            model_name="promisepage",
            name="shows_mail",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
