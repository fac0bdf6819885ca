"""The index of subjects, made beside everybody's work. Whoever was killed in it begins again."""

import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("inbox", "0005_subject_words")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                # One that was not finished stands there, and is used by nobody.
                migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS message_subject_words", migrations.RunSQL.noop),
                migrations.RunSQL(
                    "CREATE INDEX CONCURRENTLY message_subject_words ON inbox_message USING gin (subject_words)"
                    " WHERE subject_words IS NOT NULL",
                    "DROP INDEX CONCURRENTLY IF EXISTS message_subject_words",
                ),
            ],
            state_operations=[
                migrations.AddIndex(
                    model_name="message",
                    index=django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("subject_words__isnull", False)),
                        fields=["subject_words"],
                        name="message_subject_words",
                    ),
                )
            ],
        ),
    ]
