"""A mail's subject is found by search: its words stand beside those of the text."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.contrib.postgres.operations import AddIndexConcurrently
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
        AddIndexConcurrently(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("subject_words__isnull", False)),
                fields=["subject_words"],
                name="message_subject_words",
            ),
        ),
    ]
