"""A mail's subject is found by search: its words stand beside those of the text."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

from inbox.migrations._subject_words import SUBJECT_WORDS, SUBJECT_WORDS_BACK


class Migration(migrations.Migration):
    atomic = False  # the index is made beside everybody's work

    dependencies = [
        ("inbox", "0004_own_tokens"),
        ("channels", "0003_email_for_chats"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="subject_words",
            field=django.contrib.postgres.search.SearchVectorField(editable=False, null=True),
        ),
        migrations.RunSQL(SUBJECT_WORDS, SUBJECT_WORDS_BACK),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "CREATE INDEX CONCURRENTLY message_subject_words ON inbox_message USING gin (subject_words)"
                    " WHERE subject_words IS NOT NULL",
                    "DROP INDEX message_subject_words",
                )
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
