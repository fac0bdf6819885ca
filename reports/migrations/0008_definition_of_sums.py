"""Sums know by which definition they were made: by another one they are made anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0007_promise_shows_mail"),
    ]

    operations = [
        migrations.AddField(
            model_name="sumstate",
            name="definition",
            field=models.CharField(db_default="", default="", max_length=64),
        ),
    ]
