"""Feeds are found at a page's address, added and removed; the log says by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from django.db import transaction

from inbox.automation.posting import may_be_told
from inbox.models import Event, User
from monitoring.feeds import html, web
from monitoring.feeds.models import Feed
from monitoring.feeds.reading import title_of
from monitoring.queries.usage import note_use
from webcare.lib.enqueue import enqueue

_MOST_NAMED = 10  # of a page's feeds


@dataclass(frozen=True, slots=True)
class Offer:
    """What stands at an address: a feed with its name, or a page that names feeds."""

    url: str
    title: str = ""
    is_feed: bool = False
    named: Sequence[html.Link] = ()


def look_at(address: str) -> Offer:
    """Return what feeds there are at an address. Raises web.CannotRead."""
    answer = web.read_now(with_scheme(address))
    if answer.status != 200:
        raise web.CannotRead("gone" if answer.status in (404, 410) else "refused")
    title = title_of(answer.body, answer.url)
    if title is not None:
        return Offer(answer.url[:1000], title or web.host_of(answer.url), is_feed=True)
    page = answer.body.decode("utf-8", "replace")
    links = [link._replace(url=urljoin(answer.url, link.url)) for link in html.feeds_in(page)[:_MOST_NAMED]]
    return Offer(answer.url, html.page_title(page), named=tuple(link for link in links if len(link.url) <= 1000))


def with_scheme(address: str) -> str:
    """Return an address as we ask for it: https, also where people leave that out or have an old one."""
    address = address.strip()
    if "://" not in address:
        return f"https://{address}"
    parts = urlsplit(address)
    if parts.scheme == "http" and not may_be_told(address):
        return urlunsplit(parts._replace(scheme="https"))
    return address


@transaction.atomic
def add(url: str, title: str, kind: str, by: User) -> tuple[Feed, bool]:
    """Read a feed along from now on. Twice is once: returns it, and whether it is new."""
    made = {"host": web.host_of(url), "title": title[:120] or web.host_of(url), "kind": kind, "by": by}
    feed, is_new = Feed.objects.get_or_create(url=url, defaults=made)
    if is_new:
        note_use()
        Event.note("feed_added", actor=by, feed=feed.pk)
        enqueue("monitoring.tasks.fetch_feed", feed.pk)
    return feed, is_new


@transaction.atomic
def remove(feed: Feed, by: User) -> None:
    """Read a feed along no longer; what was found in it stays."""
    Event.note("feed_removed", actor=by, feed=feed.pk)
    feed.delete()
    note_use()
