"""Which labels, rules and the like named somebody when they were erased: by key, for people to change."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0006_subject_words_index")]

    operations = [
        migrations.AddField(
            model_name="erasure",
            name="named",
            field=models.JSONField(blank=True, db_default=[], default=list),
        ),
    ]
