"""Whether part of a draft was made by the assistant."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0002_message_boosted_at")]

    operations = [
        migrations.AddField(
            model_name="draft", name="helped", field=models.BooleanField(db_default=False, default=False)
        ),
    ]
