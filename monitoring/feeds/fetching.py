"""Fetching feeds politely: what did not change is not sent again, and a site is asked at a pace of its own.

What came is kept with the row and read elsewhere (monitoring/feeds/reading.py): it was written by strangers.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from monitoring.feeds import web
from monitoring.feeds.models import Feed
from webcare.lib.enqueue import enqueue

CLAIM = timedelta(minutes=2)  # longer than the longest fetch
FASTEST, SLOWEST = timedelta(minutes=5), timedelta(hours=2)
LONGEST_PAUSE = timedelta(days=1)
AT_ONCE = 20
_PROBLEMS = {404: "gone", 410: "gone", 401: "refused", 403: "refused", 429: "refused"}
_NOT_MODIFIED, _OK = 304, 200


def due(now: datetime | None = None) -> list[int]:
    """Return the feeds to ask now, one of each site."""
    waiting = Feed.objects.to_fetch(now or timezone.now()).values_list("pk", "host")[: AT_ONCE * 5]
    first: dict[str, int] = {}
    for pk, host in waiting:
        first.setdefault(host, pk)
    return list(first.values())[:AT_ONCE]


def fetch(feed_id: int) -> None:
    """Ask one feed for what is new. Nothing is asked twice at once, nor while something waits to be read."""
    feed = _claim(feed_id)
    if feed is None:
        return
    headers = {"If-None-Match": feed.etag, "If-Modified-Since": feed.modified}
    try:
        answer = web.read(feed.url, {name: value for name, value in headers.items() if value})
    except web.CannotRead as error:
        _put_off(feed, error.problem)
        return
    if answer.status == _NOT_MODIFIED:
        _rest(feed)
    elif answer.status == _OK:
        _keep(feed, answer)
    else:
        _put_off(feed, _PROBLEMS.get(answer.status, "unreachable"), answer.headers.get("retry-after", ""))


def _claim(feed_id: int) -> Feed | None:
    now = timezone.now()
    with transaction.atomic():
        found = Feed.objects.to_fetch(now).select_for_update(skip_locked=True).filter(pk=feed_id).first()
        if found is None:
            return None
        found.claimed_until = now + CLAIM
        found.save(update_fields=["claimed_until"])
    return found


def _keep(feed: Feed, answer: web.Answer) -> None:
    """Keep what came until it is read; the marks that save asking again go with it."""
    now = timezone.now()
    with transaction.atomic():
        kept = Feed.objects.filter(pk=feed.pk).update(
            body=answer.body, tries=0, etag=answer.headers.get("etag", "")[:300],
            modified=answer.headers.get("last-modified", "")[:100],
            claimed_until=None, fetched_at=now, next_fetch_at=now + feed.interval,
        )  # fmt: skip
        if kept:
            enqueue("monitoring.tasks.read_feed", feed.pk)


def _rest(feed: Feed) -> None:
    """Nothing changed: ask less often."""
    now, interval = timezone.now(), min(SLOWEST, feed.interval * 1.5)
    Feed.objects.filter(pk=feed.pk).update(
        interval=interval, claimed_until=None, fetched_at=now, next_fetch_at=now + interval, failures=0, problem=""
    )


def _put_off(feed: Feed, problem: str, retry_after: str = "") -> None:
    """Ask later, later each time, and when the site says so."""
    failures = feed.failures + 1
    wait = min(LONGEST_PAUSE, FASTEST * 2 ** min(failures, 10))
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 8:
        wait = min(LONGEST_PAUSE, max(wait, timedelta(seconds=int(retry_after))))
    Feed.objects.filter(pk=feed.pk).update(
        failures=failures, claimed_until=None, next_fetch_at=timezone.now() + wait, problem=problem
    )
