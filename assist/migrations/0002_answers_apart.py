"""Putting an answer in the customer's language has a switch of its own: on where it was on with the other."""

from django.db import migrations

APART = """
UPDATE assist_server SET helps = array_append(helps, 'answer')
WHERE 'translation' = ANY(helps) AND NOT 'answer' = ANY(helps)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assist", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(APART, migrations.RunSQL.noop),
    ]
