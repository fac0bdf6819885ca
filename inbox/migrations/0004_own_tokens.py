"""Whether everybody who works here makes tokens of the API for themselves."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0003_draft_helped")]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="own_tokens",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="colleagues make tokens of the API for themselves"
            ),
        ),
    ]
