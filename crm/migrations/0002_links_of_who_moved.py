"""A record goes with the account it was found by: contacts that are parted or united are looked for anew."""

from django.db import migrations

from crm.migrations._links import MOVES, MOVES_BACK


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(MOVES, MOVES_BACK),
    ]
