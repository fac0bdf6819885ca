"""Which week or month is due to be mailed at a moment. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from reports.mailed.models import MailedReport

AT = time(7)  # by the organisation's clock: before the first meeting


class Period(NamedTuple):
    """The days it is about, both of them too, and when it is mailed."""

    first: date
    last: date
    at: datetime


def latest(every: str, now: datetime) -> Period:
    """Return the last whole week (from Monday) or month whose moment has come."""
    local = timezone.localtime(now)
    today = local.date() if local.time() >= AT else local.date() - timedelta(days=1)
    if every == MailedReport.Every.WEEK:
        due = today - timedelta(days=today.weekday())
        first = due - timedelta(days=7)
    else:
        due = today.replace(day=1)
        first = (due - timedelta(days=1)).replace(day=1)
    return Period(first, due - timedelta(days=1), timezone.make_aware(datetime.combine(due, AT)))
