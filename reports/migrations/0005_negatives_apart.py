"""Whom negatives reach stands in sums of its own: all sums are made anew once, and nothing is read until then."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_search_positions")]

    operations = [
        migrations.RunSQL("UPDATE reports_rollupstate SET negatives_horizon = NULL", migrations.RunSQL.noop),
    ]
