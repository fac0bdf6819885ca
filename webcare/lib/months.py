"""Tables that are divided by month: the next months are made ahead, old ones dropped whole."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import timezone

_AHEAD = 2  # months whose tables stand ready


def keep(table: str, kept: int, now: datetime | None = None) -> None:
    """Make a table's months to come, and drop those that are older than so many."""
    first = timezone.localtime(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    make(table, first, _month(first, _AHEAD))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {table}_forget(%s::date)", [_month(first, -kept).date()])  # noqa: S608  our own names


def make(table: str, first: datetime, last: datetime) -> None:
    """Make the tables of these months, where they are not there."""
    month = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        while month <= last:
            cursor.execute(f"SELECT {table}_month(%s::date)", [month.date()])  # noqa: S608  our own names
            month = _month(month, 1)


def _month(first: datetime, ahead: int) -> datetime:
    place = first.year * 12 + first.month - 1 + ahead
    return first.replace(year=place // 12, month=place % 12 + 1)
