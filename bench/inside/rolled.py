"""Sums up the figures of each day that is not summed up yet; the first time takes minutes.

What autovacuum does within a minute of that is done at once.
"""

from __future__ import annotations

import sys

import django

django.setup()

from django.db import connection  # noqa: E402

from reports import rollups  # noqa: E402
from reports.models import LabelSum, PersonSum, Sum  # noqa: E402

if __name__ == "__main__":
    days = rollups.roll()
    with connection.cursor() as cursor:
        for model in (Sum, PersonSum, LabelSum):
            cursor.execute(f"VACUUM ANALYZE {model._meta.db_table}")
    sys.stdout.write(f"{days}\n")
