"""Whether customers' words went along is kept with each telling, and for good with the endpoint."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0002_signals")]

    operations = [
        migrations.AddField("telling", "with_words", models.BooleanField(editable=False, null=True)),
        migrations.AddField(
            "endpoint", "had_words", models.BooleanField(db_default=False, default=False, editable=False)
        ),
        migrations.RunSQL("UPDATE api_endpoint SET had_words = true WHERE with_words", migrations.RunSQL.noop),
    ]
