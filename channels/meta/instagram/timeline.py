"""Reading the account's own media with their comments and replies, round after round; and what it is tagged in.

One call brings the newest media with comments. A second goes on through older ones. Instagram tells of no edit, removal
or hiding. So a comment that left its list is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from channels.meta.graph import Graph, after_cursor
from channels.meta.instagram.normalise import read_comments, read_media
from channels.meta.instagram.payloads import COMMENT_FIELDS, MEDIA_FIELDS
from channels.meta.memory import Memory, moment_of
from channels.meta.payloads import read_items
from channels.meta.removals import Removals
from channels.types import Incoming, IncomingMessage, Page

MEDIA = 25
COMMENTS_PER_PAGE = 50  # the edge's own limit
MOST_COMMENT_PAGES = 20
OLDEST = timedelta(days=90)
OVERLAP = 600  # seconds
NESTED = f"comments.limit({COMMENTS_PER_PAGE}){{{COMMENT_FIELDS}}}"


class Timeline:
    """`media` or `tags` of one Instagram account."""

    def __init__(self, graph: Graph, own_id: str, own_handle: str, cursor: Mapping[str, Any]) -> None:
        """`cursor` is what the round before left."""
        self.graph, self.own_id, self.own_handle = graph, own_id, own_handle
        self.older = str(cursor.get("older") or "")
        self.memory = Memory(cursor.get("memory"))
        self.counts = {str(media): int(count) for media, count in (cursor.get("counts") or {}).items()}
        self.removals = Removals(graph, self.memory)
        self.warning = ""

    def comments(self) -> Page:
        """Return what is new or changed under the newest media and under one page of older ones."""
        newest = self._media("")
        events = list(self._read(newest))
        after = self.older or after_cursor(newest)
        if after and not self.graph.rest_until:
            page = self._media(after)
            events.extend(self._read(page))
            horizon = (datetime.now(UTC) - OLDEST).isoformat()
            times = [str(media.get("timestamp") or "") for media in page.get("data", [])]
            self.older = "" if times and max(times) < horizon else after_cursor(page)
        return self._page(events)

    def tags(self) -> Page:
        """Return the newest posts of others in which the account is tagged."""
        page = self.graph.read(f"{self.own_id}/tags", fields=MEDIA_FIELDS, limit=MEDIA)
        events: list[Incoming] = []
        for event in read_items(reversed(page.get("data", [])), lambda item: [read_media(item, kind="tag")]):
            events.extend(self.memory.news(event, "tags") if isinstance(event, IncomingMessage) else [event])
        return self._page(events)

    def _page(self, events: list[Incoming]) -> Page:
        memory = self.memory.stored()
        counts = {media: count for media, count in self.counts.items() if media in memory}
        cursor = {"memory": memory, "older": self.older, "counts": counts}
        return Page(tuple(sorted(events, key=moment_of)), cursor, next_poll=self.graph.rest_until, warning=self.warning)

    def _media(self, after: str) -> dict[str, Any]:
        args = {"after": after} if after else {}
        fields = f"{MEDIA_FIELDS},{NESTED}"
        return self.graph.read_list(f"{self.own_id}/media", fields=fields, limit=MEDIA, **args)

    def _read(self, page: Mapping[str, Any]) -> Iterator[Incoming]:
        yield from read_items(reversed(page.get("data", [])), self._read_one)

    def _read_one(self, raw: Mapping[str, Any]) -> Iterator[Incoming]:
        media = read_media(raw)
        thread = media.external_id
        newest = self.memory.newest(thread)
        yield from self.memory.news(media, thread)
        shown = {thread}
        since = int(media.sent_at.timestamp())
        expected = self._growth(thread, raw)
        for comments, complete in self._comments(raw, thread):
            for event in read_comments(list(reversed(comments)), media, self.own_id, self.own_handle):
                if not isinstance(event, IncomingMessage):
                    yield event
                    continue
                shown.add(event.external_id)
                news = self.memory.news(event, thread)
                expected -= len(news)
                yield from news
            oldest = min((_seconds(item) for item in comments), default=0)
            since = int(media.sent_at.timestamp()) if complete else oldest + 1
            if oldest < newest - OVERLAP and expected <= 0:
                break
        yield from self.removals.among(thread, shown, since)

    def _growth(self, thread: str, raw: Mapping[str, Any]) -> int:
        """Return by how many comments and replies a post grew since it was read.

        A reply comes with its comment, however old, so the newest comments do not tell it all.
        """
        count = raw.get("comments_count")
        before = self.counts.get(thread, 0)
        self.counts[thread] = count if isinstance(count, int) else before
        return self.counts[thread] - before

    def _comments(self, raw: Mapping[str, Any], media_id: str) -> Iterator[tuple[list[Any], bool]]:
        """Yield lists of top-level comments, newest first, with whether that was the last of them."""
        page = raw.get("comments")
        if not isinstance(page, Mapping):
            yield [], True
            return
        for _ in range(MOST_COMMENT_PAGES):
            after = after_cursor(page)
            yield page.get("data", []), not after
            if not after or self.graph.rest_until:
                return
            page = self.graph.read(f"{media_id}/comments", fields=COMMENT_FIELDS, limit=COMMENTS_PER_PAGE, after=after)
        self.warning = gettext_noop("A post has more comments than are read back; its oldest ones may be missing.")


def _seconds(item: Any) -> int:
    try:
        return int(datetime.fromisoformat(str(item["timestamp"])).timestamp())
    except (KeyError, TypeError, ValueError):
        return 0
