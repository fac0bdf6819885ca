"""Finds spikes: one statement counts the last hour and the same hour of past weeks for every account.

It reads ranges of an index on time, so a million conversations cost no more than the hours themselves. It counts, and
reads no text. Of any number of workers one opens a spike: the constraint knows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from channels.models import Account
from inbox.models import Event, Message, Notification, Spike, SpikeWatch, User
from inbox.notifications.queue import leads_of, tell_rows
from inbox.routing.holders import may_see
from inbox.spikes.baseline import SENSES, Hour, Verdict, judge_mood, judge_volume, windows
from webcare.lib.statements import insert_new

# One hour each, with its times written out: only so the planner knows how few rows it is.
_COUNT = """
SELECT %s, account_id, count(*), count(*) FILTER (WHERE mood IN ('angry', 'annoyed'))
FROM inbox_message
WHERE sent_at > %s AND sent_at <= %s AND direction = 'inbound' AND conversation_id IS NOT NULL
GROUP BY account_id
"""
OVER = ":over"  # what an occasion ends with that tells of the end


def sweep(now: datetime | None = None) -> list[Spike]:
    """Open the spikes that begin, follow those that go on, and end those that are over; return the new ones."""
    now = timezone.localtime(now or timezone.now())
    hours = count_hours(now)
    opened = []
    running = {(spike.account_id, spike.kind): spike for spike in Spike.objects.filter(over_at=None)}
    for watch in _watches():
        of_account = hours.get(watch.account_id, {})
        before = [of_account.get(week, Hour()) for week in _known_weeks(watch, now)]
        sense = SENSES.get(watch.sensitivity)
        for kind, judge in ((Spike.Kind.VOLUME, judge_volume), (Spike.Kind.NEGATIVE, judge_mood)):
            verdict = judge(of_account.get(0, Hour()), before, sense) if sense else None
            spike = _settle(watch, kind, verdict, running.get((watch.account_id, kind)), now)
            opened += [spike] if spike else []
    return opened


def count_hours(now: datetime) -> dict[int, dict[int, Hour]]:
    """Return what came in within the last hour (0) and the same hour so many weeks ago, by account."""
    hours = list(enumerate(windows(now)))
    values = [value for week, (start, end) in hours for value in (week, start, end)]
    found: dict[int, dict[int, Hour]] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([_COUNT] * len(hours)), values)
        for week, account, messages, negative in cursor.fetchall():
            found.setdefault(account, {})[week] = Hour(messages, negative)
    return found


def _watches() -> list[SpikeWatch]:
    """Return how each connected account is watched. A new one gets the usual settings."""
    accounts = Account.objects.filter(removed_at=None)
    new = [SpikeWatch(account_id=pk) for pk in accounts.filter(spike_watch=None).values_list("pk", flat=True)]
    if new:
        SpikeWatch.objects.bulk_create(new, ignore_conflicts=True)
    watches = list(SpikeWatch.objects.filter(account__in=accounts).select_related("account").order_by("account"))
    for watch in watches:
        if watch.learned_from is None:
            _learn_from(watch)
    return watches


def _learn_from(watch: SpikeWatch) -> None:
    """Find an account's oldest message by the index of times; a minimum over all of its messages takes seconds."""
    mine = Message.objects.filter(account=watch.account_id)
    if not mine.exists():  # else the index would be read to its end each time
        return
    inbound = mine.filter(direction=Message.Direction.INBOUND, conversation__isnull=False)
    watch.learned_from = inbound.order_by("sent_at").values_list("sent_at", flat=True).first()
    if watch.learned_from is not None:
        SpikeWatch.objects.filter(pk=watch.pk).update(learned_from=watch.learned_from)


def _known_weeks(watch: SpikeWatch, now: datetime) -> Iterable[int]:
    """Yield the weeks that say something: the account had messages before them."""
    past = list(enumerate(windows(now)))[1:]
    since = watch.learned_from
    return [week for week, (start, _end) in past if since is not None and start >= since]


def _settle(
    watch: SpikeWatch, kind: str, verdict: Verdict | None, running: Spike | None, now: datetime
) -> Spike | None:
    """Do what a verdict asks for; return a spike that begins with it."""
    if running is None:
        return _open(watch, kind, verdict, now) if verdict is not None and verdict.is_high else None
    if verdict is None or verdict.is_calm:
        _end(running, watch, now)
    elif verdict.value > running.peak:
        Spike.objects.filter(pk=running.pk, peak__lt=verdict.value).update(peak=verdict.value)
    return None


@transaction.atomic
def _open(watch: SpikeWatch, kind: str, verdict: Verdict, now: datetime) -> Spike | None:
    """Begin a spike and tell of it; None within the silence after the last one, or where another worker was first."""
    SpikeWatch.objects.select_for_update(no_key=True).get(pk=watch.pk)
    silent_since = now - timedelta(minutes=watch.cool_down)
    of_kind = Spike.objects.filter(account=watch.account_id, kind=kind)
    if of_kind.filter(over_at__gt=silent_since).exists():
        return None
    spike = Spike(
        account=watch.account, kind=kind, began_at=now, value=verdict.value, usual=verdict.usual, limit=verdict.limit,
        peak=verdict.value,
    )  # fmt: skip
    if not insert_new([spike]):
        return None
    Event.note("spike_began", account=watch.account, now=kind, spike=spike.pk)
    _tell(spike, told_of(watch), f"spike:{spike.pk}")
    return spike


@transaction.atomic
def _end(spike: Spike, watch: SpikeWatch, now: datetime) -> None:
    """End a spike, and tell so whoever was told that it began. Of any number of workers one does."""
    if not Spike.objects.filter(pk=spike.pk, over_at=None).update(over_at=now):
        return
    Event.note("spike_over", account=watch.account, kind=spike.kind, spike=spike.pk)
    told = User.objects.filter(may_see(account=watch.account_id), notifications__occasion=f"spike:{spike.pk}")
    _tell(spike, told.order_by("pk"), f"spike:{spike.pk}{OVER}")


def told_of(watch: SpikeWatch) -> Iterable[User]:
    """Return who is told: the people who were named and may see the account, or who leads its work."""
    named = User.objects.filter(may_see(account=watch.account_id), pk__in=watch.people.values("pk"))
    return list(named.order_by("pk")) or list(leads_of(watch.account_id))


def _tell(spike: Spike, people: Iterable[User], occasion: str) -> None:
    kind = Notification.Kind.SPIKE
    tell_rows(
        Notification(user=person, kind=kind, occasion=occasion, account_id=spike.account_id, spike=spike)
        for person in people
    )
