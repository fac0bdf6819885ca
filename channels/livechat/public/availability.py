"""Whether somebody is there to answer a chat, from when again, and how long it usually takes. Nothing is promised."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Aggregate, F, FloatField
from django.utils import timezone

from channels.models import Account
from inbox.models import OpeningHours, Response, User
from inbox.routing.holders import may_see
from inbox.routing.presence import present_now

HERE, AWAY, CLOSED = "here", "away", "closed"
KEPT = 10  # seconds
LATELY = timedelta(days=7)
ENOUGH = 5  # answers; of fewer nothing is told
LONGEST_WAIT = 4 * 60  # minutes; longer ones are no wait in a chat


class _Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def of(account: Account) -> dict[str, Any]:
    """Return {"state", "opens", "wait"}: the time it opens as ISO 8601, the usual wait in minutes; None: not known."""
    key = f"webcare:chat:state:{account.pk}"
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        known = _look(account, timezone.now())
        cache.set(key, known, KEPT)
    return known


def _look(account: Account, now: datetime) -> dict[str, Any]:
    hours = OpeningHours.current().of(account.pk)
    if hours.known and not hours.is_open(now):
        opens = hours.opens_next(now)
        return {"state": CLOSED, "opens": opens.isoformat() if opens else None, "wait": None}
    answers = User.objects.filter(may_see(account=account), present_now(now)).exclude(role=User.Role.AUDITOR)
    if account.mode == Account.Mode.LISTEN or not answers.exists():
        return {"state": AWAY, "opens": None, "wait": None}
    return {"state": HERE, "opens": None, "wait": _usual_wait(account, now)}


def _usual_wait(account: Account, now: datetime) -> int | None:
    """Return how many minutes half of the last week's answers took at most."""
    answers = Response.objects.filter(conversation__account=account, answered_at__gt=now - LATELY)
    waits = list(answers.order_by("-answered_at").values_list("pk", flat=True)[:500])
    if len(waits) < ENOUGH:
        return None
    took = Response.objects.filter(pk__in=waits).aggregate(median=_Median(F("seconds")))["median"]
    minutes = max(1, -(-int(took) // 60))
    return minutes if minutes <= LONGEST_WAIT else None
