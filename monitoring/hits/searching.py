"""Searching a platform for what a query asks: its posts are stored here, never in the inbox.

Paced by what comes in, below what the account allows. What is said to us comes in by the inbox's own streams.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from channels.accounts import spending
from channels.connectors import connector_for
from channels.errors import ChannelError, RateLimited
from channels.models import Account, Reading
from channels.platforms import connector_class
from channels.secrets import CredentialsUnreadable
from channels.types import Direction, Incoming, IncomingMessage, Page
from inbox.ingest.cleaning import cleaned
from inbox.models import Message
from monitoring.hits import storing
from monitoring.hits.models import Post
from monitoring.queries.language import NotAQuery, parse
from monitoring.queries.models import Query
from monitoring.queries.on_x import on_x
from webcare.lib.enqueue import enqueue

CLAIM = timedelta(minutes=5)
FASTEST, SLOWEST = timedelta(minutes=1), timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=1)
FIRST_REACH = timedelta(days=1)  # how far a new query looks back: each post read may cost money
MOST_PAGES = 5
AT_ONCE = 20
STREAM = "search"


def due(now: datetime | None = None) -> list[tuple[int, int]]:
    """Return the queries to search for now, each with its account."""
    return list(Query.objects.to_ask(now or timezone.now()).values_list("pk", "account_id")[:AT_ONCE])


def can_search(platform: str) -> bool:
    """Whether a platform has a search that can be asked for a query."""
    return STREAM in connector_class(platform).query_streams


def search(query_id: int) -> int:
    """Ask the platform for what is new to one query; return how many posts are. Never twice at once."""
    query = _claim(query_id)
    if query is None or query.account is None:
        return 0
    if spending.is_over(query.account):
        _plan(query, LONGEST_PAUSE, problem="credit")
        return 0
    try:
        new, page = _read(query, query.account)
    except (ChannelError, CredentialsUnreadable) as error:
        _put_off(query, error)
        return 0
    except NotAQuery:
        _plan(query, LONGEST_PAUSE, problem="other")
        return 0
    wait = max(FASTEST, query.interval / 2) if new else min(SLOWEST, query.interval * 1.25)
    query.interval, query.failures = max(wait, query.account.ask_every), 0
    soonest = page.next_poll - timezone.now() if page.next_poll else timedelta()
    _plan(query, timedelta() if page.more else max(query.interval, soonest))
    return new


def _claim(query_id: int) -> Query | None:
    now = timezone.now()
    with transaction.atomic():
        rows = Query.objects.to_ask(now).select_for_update(skip_locked=True, of=("self",)).select_related("account")
        query = rows.filter(pk=query_id).first()
        if query is not None:
            query.claimed_until = now + CLAIM
            query.save(update_fields=["claimed_until"])
    return query


def _read(query: Query, account: Account) -> tuple[int, Page]:
    """Fetch page after page, each stored with the cursor it brings; in no transaction while it fetches."""
    asked = on_x(parse(query.text), language=query.language, handle=account.handle)
    new = 0
    connector = connector_for(account)
    try:
        cursor = query.cursor or dict(connector.cursor_from(STREAM, timezone.now() - FIRST_REACH))
        for _turn in range(MOST_PAGES):
            began = timezone.now()
            page = connector.fetch(STREAM, cursor, query=asked)
            fresh = _store(query, account, page)
            new += fresh
            cursor = dict(page.cursor)
            if page.events:
                took = int((timezone.now() - began).total_seconds() * 1000)
                Reading.objects.create(account=account, stream=STREAM, items=len(page.events), new=fresh, took=took)
            if not page.more or page.next_poll is not None:
                break
        return new, page
    finally:
        connector.close()


def _store(query: Query, account: Account, page: Page) -> int:
    """Store a page and move the cursor, in one transaction; not where the query was changed meanwhile."""
    posts = _posts(account, page.events)
    with transaction.atomic():
        still = Query.objects.filter(pk=query.pk, text=query.text, account=account, claimed_until=query.claimed_until)
        if not still.update(cursor=dict(page.cursor)):
            return 0
        new = storing.store(posts, {post.external_id: [query.pk] for post in posts}) if posts else 0
        if new:
            enqueue("monitoring.tasks.estimate_posts")
    return new


def _posts(account: Account, events: Sequence[Incoming]) -> list[Post]:
    """Return customers' posts among what was told, without those the inbox knows: they were said to us."""
    told = [cleaned(event) for event in events]
    messages = [event for event in told if isinstance(event, IncomingMessage) and event.direction == Direction.INBOUND]
    known = Message.objects.filter(account=account, external_id__in=[event.external_id for event in messages])
    ours = set(known.values_list("external_id", flat=True))
    return [post_of(account, event) for event in messages if event.external_id not in ours]


def post_of(account: Account, event: IncomingMessage) -> Post:
    """Return a customer's message as a post that is not stored."""
    who = event.author
    return Post(
        source=account.platform,
        external_id=event.external_id,
        account=account,
        author_id=who.external_id if who else "",
        author=who.name if who else "",
        handle=who.handle if who else "",
        followers=who.followers if who else None,
        url=event.permalink,
        text=event.text,
        thread_id=event.thread_id,
        parent_id=event.parent_id,
        published_at=min(event.sent_at, timezone.now()),
    )


def _put_off(query: Query, error: ChannelError | CredentialsUnreadable) -> None:
    query.failures += 1
    wait = min(LONGEST_PAUSE, FASTEST * 2 ** min(query.failures - 1, 10))
    if isinstance(error, RateLimited):
        wait = max(wait, error.retry_at - timezone.now())
    _plan(query, wait, problem=error.reason if isinstance(error, ChannelError) else "reauth")


def _plan(query: Query, wait: timedelta, *, problem: str = "") -> None:
    """Let go of a query until it is due again; not where it was changed meanwhile."""
    Query.objects.filter(pk=query.pk, claimed_until=query.claimed_until).update(
        claimed_until=None, next_search_at=timezone.now() + wait, interval=query.interval, failures=query.failures,
        problem=problem,
    )  # fmt: skip
