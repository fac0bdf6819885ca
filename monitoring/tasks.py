"""Celery's way in to monitoring."""

from __future__ import annotations

from functools import partial

from celery import shared_task

from channels.accounts import concurrency
from inbox.outbox import proactive
from monitoring.feeds import fetching, reading
from monitoring.hits import estimating, forgetting, looking_back, searching
from monitoring.queries.usage import is_used

SOON = 25  # seconds after which a wake-up is worth nothing: beat has sent another
LONGEST_READING = 50  # seconds, after which whoever reads is ended from outside


@shared_task(acks_late=True, ignore_result=True)
def look() -> None:
    """Hand out what is to be searched, fetched, read and estimated. Where nothing is monitored, nothing is asked."""
    if not is_used():
        return
    for query_id, account_id in searching.due():
        search.apply_async((query_id, account_id), expires=SOON)
    for feed_id in fetching.due():
        fetch_feed.apply_async((feed_id,), expires=SOON)
    for feed_id in reading.waiting():
        read_feed.apply_async((feed_id,), expires=SOON)
    if estimating.are_any():
        estimate_posts.apply_async(expires=SOON)


@shared_task(acks_late=True, ignore_result=True)
def search(query_id: int, account_id: int) -> None:
    """Search a platform for one query."""
    concurrency.polling.run((searching.search, query_id), partial(searching.search, query_id), account_id)


@shared_task(acks_late=True, ignore_result=True)
def fetch_feed(feed_id: int) -> None:
    """Fetch one feed."""
    concurrency.posting.run((fetching.fetch, feed_id), partial(fetching.fetch, feed_id))


@shared_task(acks_late=True, ignore_result=True, time_limit=LONGEST_READING)
def read_feed(feed_id: int) -> None:
    """Read what a feed brought."""
    reading.read(feed_id)


@shared_task(acks_late=True, ignore_result=True, time_limit=LONGEST_READING)
def look_back(query_id: int) -> None:
    """Let a new query find what there is already."""
    looking_back.look_back(query_id)


@shared_task(acks_late=True, ignore_result=True, time_limit=LONGEST_READING)
def estimate_posts() -> None:
    """Tell mood and language of what was found on a platform."""
    while estimating.estimate_due() == estimating.AT_ONCE:
        pass


@shared_task(acks_late=True, ignore_result=True)
def forget() -> None:
    """Delete what is kept no longer."""
    forgetting.forget_old()
    proactive.forget_words()
