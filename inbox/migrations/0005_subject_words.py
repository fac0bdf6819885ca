"""A mail's subject is found by search: its words stand beside those of the text."""

import django.contrib.postgres.search
from django.db import migrations

from inbox.migrations._subject_words import SUBJECT_WORDS, SUBJECT_WORDS_BACK


class Migration(migrations.Migration):
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
    ]
