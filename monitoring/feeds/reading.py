"""Reading what a feed brought: its items as plain text, each stored once, beside the queries it fits.

In the process that reads strangers' words, which may be ended. An item that cannot be read is left out alone.
"""

from __future__ import annotations

import calendar
import codecs
import io
import logging
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone

from channels.errors import STRANGE
from inbox.text import sentiment
from monitoring.feeds.fetching import FASTEST, SLOWEST
from monitoring.feeds.html import one_line, plain
from monitoring.feeds.models import Feed
from monitoring.feeds.web import host_of, name_of
from monitoring.hits import matching, storing
from monitoring.hits.models import WEB, Post
from webcare.lib.text import clean
from webcare.lib.time_limit import TookTooLong, processor_time

log = logging.getLogger(__name__)

MOST_ITEMS = 200
MOST_TRIES = 3
HEAD = 200_000  # bytes in which a feed says what it is called
_TAIL = 10_000  # bytes behind the last item that are read
_ITEM = re.compile(rb"<(?:[\w.-]{1,30}:)?(?:item|entry)[\s/>]")
_ITEMS_END = re.compile(rb"</(?:[\w.-]{1,30}:)?(?:item|entry)\s{0,9}>")
OLDEST = timedelta(days=30)  # what is older is no news
SECONDS = 30.0  # of processor time, for all of one feed
_REFERENCE = re.compile(rb"&#(?:x([0-9a-f]+)|([0-9]+));?", re.IGNORECASE)
_LONGEST_REFERENCE = 7  # digits
# feedparser looks for an address in each author, which takes a word's length squared (6.0.14, mixin.py).
_LONGEST_WORD = 1000
_LETTER = rb"(?:[\w.+-]|&#\w{1,9};)"  # some write letters as references
_ENDLESS = re.compile(rb"(%b{%d})%b+" % (_LETTER, _LONGEST_WORD, _LETTER))
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def waiting() -> list[int]:
    """Return the feeds whose body nobody read yet."""
    return list(Feed.objects.filter(body__isnull=False).order_by("pk").values_list("pk", flat=True)[:20])


def read(feed_id: int) -> int:
    """Read what a feed brought; return how many posts are new. What cannot be read in time is given up."""
    feed = Feed.objects.filter(pk=feed_id, body__isnull=False).first()
    if feed is None or feed.body is None:
        return 0
    body = bytes(feed.body)
    feed.tries += 1
    Feed.objects.filter(pk=feed.pk).update(tries=feed.tries)  # before reading: a crash counts too
    if feed.tries > MOST_TRIES:
        _settle(feed, None)
        return 0
    try:
        with processor_time(SECONDS):
            posts = _without_renamed(feed, list(posts_of(feed, body)))
            found = matching.matches_of(posts)
            is_feed = bool(posts) or title_of(body, feed.url) is not None
    except TookTooLong:
        log.warning("Feed %s took too long to read.", feed.pk)
        _settle(feed, None)
        return 0
    new = storing.store(posts, found) if posts else 0
    _settle(feed, new if is_feed else None)
    return new


def posts_of(feed: Feed, body: bytes) -> Iterator[Post]:
    """Yield the items of a feed as posts that are not stored. One that makes no sense is left out."""
    for item in entries(body, feed.url)[:MOST_ITEMS]:
        try:
            post = _post(feed, item)
        except STRANGE as error:
            log.info("An item of feed %s is left out: %s", feed.pk, type(error).__name__)
            continue
        if post is not None:
            yield post


def _without_renamed(feed: Feed, posts: list[Post]) -> list[Post]:
    """Return posts without those we have under another name: some sites name every item anew at each question."""
    known = set(
        Post.objects.filter(source=WEB, external_id__in=[post.external_id for post in posts]).values_list(
            "external_id", flat=True
        )
    )
    # Some name the same item twice: that is one post, and no other's words.
    new = {post.external_id: post for post in posts if post.external_id not in known}
    there = Post.objects.filter(feed=feed, url__in={post.url for post in new.values()}) if new else Post.objects.none()
    said = set(there.values_list("url", "author", "title", "text"))
    renamed = set()
    for post in new.values():
        words = (post.url, post.author, post.title, post.text)
        if words in said:
            renamed.add(post.external_id)
        said.add(words)
    return [post for post in posts if post.external_id not in renamed]


def entries(body: bytes, url: str) -> list[Mapping[str, Any]]:
    """Return the items of a feed as they stand there. Broken XML gives what was read until then."""
    return list(_parsed(body, url).get("entries") or ())


def title_of(body: bytes, url: str) -> str | None:
    """Return what a feed calls itself; None where it is no feed."""
    found = _parsed(body, url, most=1, longest=HEAD)
    if not found.get("version") and not found.entries:
        return None
    return one_line(str(found.feed.get("title") or ""), 120)


def _parsed(body: bytes, url: str, *, most: int = MOST_ITEMS, longest: int | None = None) -> Any:
    import feedparser  # noqa: PLC0415  only who reads feeds has it in memory

    told = {"content-location": url}
    if body.startswith(_UTF_16):
        body = body.decode("utf-16", "replace").encode()
        told["content-type"] = "application/xml; charset=utf-8"  # whatever the feed says of itself
    body = _with_items(body, most)[:longest]
    try:
        # A stream, never a text: of that feedparser would make an address to open.
        stream = io.BytesIO(_ENDLESS.sub(rb"\1", _REFERENCE.sub(_character_or_none, body)))
        return feedparser.parse(stream, response_headers=told, sanitize_html=False, resolve_relative_uris=True)
    except STRANGE as error:
        log.info("What %s gave cannot be read: %s", host_of(url), type(error).__name__)
        return feedparser.FeedParserDict(feed=feedparser.FeedParserDict(), entries=[], version="")


def _with_items(body: bytes, most: int) -> bytes:
    """Return a feed with its first items alone: feedparser takes a hundred times the bytes of all that it reads."""
    found = _ITEM.finditer(body)
    place = next((one.start() for number, one in enumerate(found) if number == most), len(body))
    ends = max((one.end() for one in _ITEMS_END.finditer(body, place)), default=len(body))
    tail = body[ends:] if len(body) - ends <= _TAIL else b""  # so that what began ends
    return body[:place] + tail


def _character_or_none(found: re.Match[bytes]) -> bytes:
    """Keep a reference to a character that there is. One that is none would end the reading of the whole feed."""
    hexadecimal, digits = found.groups()
    if len(hexadecimal or digits) > _LONGEST_REFERENCE:
        return b""
    code = int(hexadecimal, 16) if hexadecimal else int(digits)
    is_one = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    return found.group() if is_one else b""


def _post(feed: Feed, item: Mapping[str, Any]) -> Post | None:
    url = clean(str(item.get("link") or ""))[:1000]
    url = url if url.startswith(("https://", "http://")) else ""
    title, text = one_line(str(item.get("title") or ""), 300), plain(_content(item))
    if not title and not text:
        return None
    author = one_line(_author(item), 200)
    now = timezone.now()
    published = min(_moment(item) or now, now)
    if published < now - OLDEST:
        return None
    told = sentiment.estimate(f"{title}. {text}" if title else text)
    # Replies in a forum share the address of their thread: what names the item goes before it.
    own = clean(str(item.get("id") or ""))
    name = url if url and own in ("", url) else f"{feed.url} {own or f'{title} {text}'}"
    return Post(
        source=WEB,
        external_id=name_of(name),
        feed=feed,
        site=feed.title,
        author_id=f"{host_of(url or feed.url)}/{author}"[:160] if author else "",
        author=author,
        url=url,
        title=title,
        text=text,
        language=told.language,
        mood=told.mood,
        estimated_at=now,
        published_at=published,
    )


def _author(item: Mapping[str, Any]) -> str:
    """Return who wrote an item: their name, without the address that feedparser joins to it."""
    detail = item.get("author_detail")
    return str((detail.get("name") if isinstance(detail, Mapping) else "") or item.get("author") or "")


def _content(item: Mapping[str, Any]) -> str:
    parts = [str(part.get("value") or "") for part in item.get("content") or ()]
    return max([*parts, str(item.get("summary") or "")], key=len)


def _moment(item: Mapping[str, Any]) -> datetime | None:
    known = dict(item)  # asked itself, it warns where the one it would stand in for could not be read
    told = known.get("published_parsed") or known.get("updated_parsed")
    return datetime.fromtimestamp(calendar.timegm(told), UTC) if told else None


def _settle(feed: Feed, new: int | None) -> None:
    """Let go of what was read, and plan the next look: sooner where something was new."""
    now = timezone.now()
    interval = max(FASTEST, feed.interval / 2) if new else min(SLOWEST, feed.interval * 1.5)
    Feed.objects.filter(pk=feed.pk).update(
        body=None, tries=0, failures=0 if new is not None else feed.failures + 1,
        problem="" if new is not None else Feed.Problem.NO_FEED, new_at=now if new else feed.new_at,
        interval=interval, next_fetch_at=(feed.fetched_at or now) + interval,
        # What was not read is asked for anew, and not whether it changed.
        **({} if new is not None else {"etag": "", "modified": ""}),
    )  # fmt: skip
