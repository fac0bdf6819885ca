"""What is polled on X: mentions, our own timeline, answers in our own threads, a keyword search, and private messages.

Every fetch is one page. A sweep goes from the newest post down to where the last sweep began; the cursor holds its
place, so an interrupted sweep goes on there. The mark moves up only when nothing below is unread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext_noop

from channels.errors import ChannelError
from channels.types import Page
from channels.x import fields
from channels.x.client import XClient
from channels.x.normalise import made_at, number_of, objects, read_posts, read_private_messages

Cursor = Mapping[str, Any]
Ask = Callable[..., Mapping[str, Any]]

PAGE = 100
CAP_NEAR = (
    400  # the mentions list ends at 800 posts, fewer where some were removed: from here on its end proves nothing
)
SEARCH_REACH = timedelta(days=7) - timedelta(minutes=5)
OVERLAP_MS = 5_000  # posts made within the same seconds may turn up in another order than their ids
ROOTS = 10  # own posts whose threads are searched; a query holds 512 characters
ROOTS_EVERY = timedelta(minutes=10)
DM_LIMIT = 15  # calls in a quarter of an hour
# In English on the row; the page shows it in the reader's language.
GAP = gettext_noop("X lists mentions of the last seven days only, so some from before that may be missing.")


class Sweep(NamedTuple):
    """Where a sweep from new to old is: it began at `top`, is at `low`, and has to get to `since`."""

    since: str = ""
    top: str = ""
    low: str = ""
    seen: int = 0
    searching: bool = False

    @classmethod
    def of(cls, cursor: Cursor) -> Sweep:
        """Read it from a stream's cursor."""
        return cls(*(cursor.get(name, default) for name, default in zip(cls._fields, cls(), strict=True)))

    def after(self, answer: Mapping[str, Any]) -> Sweep:
        """Where the sweep is after one more page."""
        ids = [post_id for post in objects(answer.get("data")) if _is_place(post_id := str(post.get("id")))]
        if not ids:
            return self
        return self._replace(
            top=self.top or max(ids, key=number_of), low=min(ids, key=number_of), seen=self.seen + len(ids)
        )

    def finished(self) -> dict[str, Any]:
        """The cursor of the next sweep: from its newest post, a little overlap below it."""
        return {"since": max(self.since, self.top, key=number_of)}

    @property
    def since_id(self) -> str | None:
        """The id to ask from, an overlap below the mark."""
        return str(max(1, number_of(self.since) - (OVERLAP_MS << 22))) if self.since else None


def _is_place(external_id: str) -> bool:
    """Whether a sweep may be at this id: one that is none, or not made yet, would lead past everything else."""
    return bool(number_of(external_id)) and made_at(external_id) < timezone.now() + timedelta(days=1)


def fetch_mentions(client: XClient, own_id: str, handle: str, cursor: Cursor) -> Page:
    """Fetch a page of posts that name the account, answers to its posts included.

    X API v2 reference, mentions timeline: at most 800 posts are listed; beyond that the sweep goes on by search.
    """
    sweep = Sweep.of(cursor)
    if sweep.searching:
        return _search_page(client, own_id, f"@{handle}", sweep)
    answer = client.get_users_mentions(own_id, user_auth=True, max_results=PAGE, **_range(sweep), **fields.POSTS)
    after = sweep.after(answer)
    events = tuple(read_posts(answer, own_id))
    if _has_more(answer):
        return Page(events, after._asdict(), more=True, next_poll=client.next_call(more=True))
    if after.seen >= CAP_NEAR:
        return Page(events, after._replace(searching=True)._asdict(), more=True)
    return Page(events, after.finished(), next_poll=client.next_call())


def fetch_timeline(client: XClient, own_id: str, cursor: Cursor) -> Page:
    """Fetch a page of the account's own posts: its answers, wherever they were written, and what it posted itself."""
    sweep = Sweep.of(cursor)
    answer = client.get_users_tweets(
        own_id, user_auth=True, max_results=PAGE, exclude=["retweets"], **_range(sweep), **fields.POSTS
    )
    return _page(client, sweep, answer, tuple(read_posts(answer, own_id)))


def fetch_search(client: XClient, own_id: str, query: str, cursor: Cursor) -> Page:
    """Fetch a page of posts that match a saved search; an empty query finds nothing."""
    if not query.strip():
        return Page((), {}, next_poll=timezone.now() + timedelta(hours=1))
    return _search_page(client, own_id, f"({query}) -is:retweet", Sweep.of(cursor), kind="found")


def fetch_replies(client: XClient, own_id: str, handle: str, cursor: Cursor) -> Page:
    """Fetch a page of replies to the account's newest posts, also without its name."""
    roots, asked_at = list(cursor.get("roots") or ()), str(cursor.get("roots_at") or "")
    if not asked_at or timezone.now() - datetime.fromisoformat(asked_at) > ROOTS_EVERY:
        roots, asked_at = _own_roots(client, own_id), timezone.now().isoformat()
    known = {"roots": roots, "roots_at": asked_at}
    query = " OR ".join([f"to:{handle}", *(f"conversation_id:{root}" for root in roots)])
    page = _search_page(client, own_id, f"({query}) -from:{handle} -is:retweet", Sweep.of(cursor))
    return Page(page.events, {**page.cursor, **known}, page.more, page.next_poll, page.warning)


def _own_roots(client: XClient, own_id: str) -> list[str]:
    start = timezone.now() - SEARCH_REACH
    answer = client.get_users_tweets(
        own_id, user_auth=True, max_results=ROOTS, exclude=["retweets", "replies"], start_time=start
    )
    return [post_id for post in objects(answer.get("data")) if _is_place(post_id := str(post.get("id")))][:ROOTS]


def _search_page(client: XClient, own_id: str, query: str, sweep: Sweep, *, kind: str = "") -> Page:
    """Fetch a page of recent search, which reaches back seven days."""
    bounds, warning = _range(sweep), ""
    reach = timezone.now() - SEARCH_REACH
    if sweep.since_id and made_at(sweep.since_id) < reach:
        bounds.pop("since_id")
        bounds["start_time"] = reach
        warning = GAP if sweep.searching else ""
    answer = client.search_recent_tweets(query, user_auth=True, max_results=PAGE, **bounds, **fields.POSTS)
    return _page(client, sweep, answer, tuple(read_posts(answer, own_id, kind=kind)), warning)


def _page(client: XClient, sweep: Sweep, answer: Mapping[str, Any], events: Sequence[Any], warning: str = "") -> Page:
    after = sweep.after(answer)
    more = _has_more(answer)
    return Page(
        tuple(events), after._asdict() if more else after.finished(), more, client.next_call(more=more), warning
    )


def _range(sweep: Sweep) -> dict[str, Any]:
    """Return the next page's bounds. Going down by id needs no paging token, which would expire in a pause."""
    bounds: dict[str, Any] = {"until_id": sweep.low} if sweep.low else {}
    if sweep.since_id:
        bounds["since_id"] = sweep.since_id
    return bounds


def _has_more(answer: Mapping[str, Any]) -> bool:
    # A short page is not the last one; the last one has no token.
    return bool((answer.get("meta") or {}).get("next_token")) and bool(answer.get("data"))


def fetch_private_messages(client: XClient, own_id: str, cursor: Cursor) -> Page:
    """Fetch a page of private messages, ours among them.

    X API v2 reference, DM lookup: newest first, thirty days back, no since_id, 15 calls in a quarter of an hour. So the
    sweep ends at the first page that holds nothing newer than the mark.
    """
    sweep, token = Sweep.of(cursor), str(cursor.get("token") or "")
    try:
        answer = _private_page(client, token)
    except ChannelError as error:
        if not token or not error.permanent:
            raise
        sweep, answer = Sweep(since=sweep.since), _private_page(client, "")  # the token has expired: from the top again
    after = sweep.after(answer)
    next_token = str((answer.get("meta") or {}).get("next_token") or "")
    reached = bool(sweep.since) and number_of(after.low) <= number_of(sweep.since)
    more = bool(next_token) and not reached
    position: dict[str, Any] = {**after._asdict(), "token": next_token} if more else after.finished()
    return Page(tuple(read_private_messages(answer, own_id)), position, more, client.next_call(DM_LIMIT, more=more))


def _private_page(client: XClient, token: str) -> Mapping[str, Any]:
    paging = {"pagination_token": token} if token else {}
    answer: Mapping[str, Any] = client.get_direct_message_events(
        user_auth=True, max_results=PAGE, event_types=["MessageCreate"], **paging, **fields.PRIVATE_MESSAGES
    )
    return answer
