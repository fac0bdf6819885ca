"""What is asked of Mastodon: notifications, which bring mentions and private posts, and what we posted ourselves.

Mastodon API, "Paginating through API responses" (2026-09). `min_id` reads forward from a place, so nothing is lost
however much came in. The first time there is no place yet: then it is read back from the newest, down to a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from channels.errors import STRANGE
from channels.mastodon.client import MastodonClient
from channels.mastodon.normalise import SPOKEN, moment, objects, read_notifications, read_statuses
from channels.types import Incoming, Page

Cursor = Mapping[str, Any]
Read = Callable[[object, str], list[Incoming]]

NOTIFICATIONS, STATUSES = 80, 40  # the most that a page may hold
FIRST_REACH = timedelta(days=30)


def fetch_notifications(client: MastodonClient, own_id: str, cursor: Cursor) -> Page:
    """Fetch a page of what others said to us.

    Since Mastodon 4.3 private posts of people we do not follow are filtered, unless one asks for them too. Most who
    write to a public body are such people. Mastodon.py has no parameter for that (2.3).
    """

    def ask(**place: Any) -> Any:
        asked = {"types[]": list(SPOKEN), "include_filtered": "true", "limit": NOTIFICATIONS, "lang": "en", **place}
        return client.call("GET", "/api/v1/notifications", params=asked)

    return _page(client, own_id, cursor, ask, read_notifications)


def fetch_statuses(client: MastodonClient, own_id: str, local_id: str, cursor: Cursor) -> Page:
    """Fetch a page of what we posted: answers given in Mastodon's own apps, and posts. Private ones too."""

    def ask(**place: Any) -> Any:
        return client.ask("account_statuses", local_id, exclude_reblogs=True, limit=STATUSES, **place)

    return _page(client, own_id, cursor, ask, read_statuses)


def _page(client: MastodonClient, own_id: str, cursor: Cursor, ask: Callable[..., Any], read: Read) -> Page:
    since = str(cursor.get("since") or "")
    if since:
        items = ask(min_id=since)
        newest = _newest(items)
        moved = bool(newest) and newest != since
        return Page(tuple(read(items, own_id)), {"since": newest or since}, moved, client.next_call())
    low, top = str(cursor.get("low") or ""), str(cursor.get("top") or "")
    until = str(cursor.get("until") or (timezone.now() - FIRST_REACH).isoformat())
    items = ask(**({"max_id": low} if low else {}))
    top, lowest = top or _newest(items), _oldest(items)
    if lowest and lowest != low and not _is_before(items, until):
        place = {"low": lowest, "top": top, "until": until}
        return Page(tuple(read(items, own_id)), place, True, client.next_call())
    return Page(tuple(read(items, own_id)), {"since": top or "0"}, next_poll=client.next_call())


def _newest(items: object) -> str:
    """The id of a page's first item: they come newest first."""
    return next((str(item["id"]) for item in objects(items) if item.get("id")), "")


def _oldest(items: object) -> str:
    return next((str(item["id"]) for item in reversed(objects(items)) if item.get("id")), "")


def _is_before(items: object, until: str) -> bool:
    """Whether a page's last item is from before a moment."""
    for item in reversed(objects(items)):
        try:
            return moment(item["created_at"]) < datetime.fromisoformat(until)
        except STRANGE:
            continue
    return True
