"""The newest message an agent had seen when sending is an id, and is called so."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("inbox", "0030_ways_of_an_answer")]

    operations = [migrations.RenameField("message", "seen_version", "seen_message_id")]
