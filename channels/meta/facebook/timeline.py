"""Reading one edge of posts with the comments under them, round after round.

One call brings the 25 newest posts with their newest comments; a second goes on through older posts, which people still
comment on. Webhooks are faster; this is what makes it complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_noop

from channels.meta.facebook.normalise import read_comment, read_post
from channels.meta.facebook.payloads import COMMENT_FIELDS, POST_FIELDS
from channels.meta.graph import Graph, after_cursor
from channels.meta.memory import Memory, moment_of
from channels.meta.payloads import read_items
from channels.meta.removals import Removals
from channels.types import Incoming, IncomingMessage, Page

POSTS = 25
NEWEST_COMMENTS = 25
COMMENTS_PER_PAGE = 100
MOST_COMMENT_PAGES = 20
OLDEST = timedelta(days=90)
OVERLAP = 600  # seconds: comments may appear a little late, after a spam filter's doubts
NESTED = f"comments.filter(stream).order(reverse_chronological).limit({NEWEST_COMMENTS}){{{COMMENT_FIELDS}}}"


class Timeline:
    """`feed`, `visitor_posts` or `tagged` of one page."""

    def __init__(self, graph: Graph, page_id: str, edge: str, *, kind: str, cursor: Mapping[str, Any]) -> None:
        """`kind` is what a post of somebody else's on this edge is: visitor_post or tag."""
        self.graph, self.page_id, self.edge, self.kind = graph, page_id, edge, kind
        self.older = str(cursor.get("older") or "")
        self.memory = Memory(cursor.get("memory"))
        self.removals = Removals(graph, self.memory)
        self.warning = ""

    def fetch(self) -> Page:
        """Return what is new or changed on the newest posts and on one page of older ones."""
        newest = self._posts("")
        events = list(self._read(newest))
        if not self.graph.rest_until:
            events.extend(self._read_older(after_cursor(newest)))
        cursor = {"memory": self.memory.stored(), "older": self.older}
        return Page(tuple(sorted(events, key=moment_of)), cursor, next_poll=self.graph.rest_until, warning=self.warning)

    def _posts(self, after: str) -> dict[str, Any]:
        args = {"after": after} if after else {}
        fields = f"{POST_FIELDS},{NESTED}"
        return self.graph.read_list(f"{self.page_id}/{self.edge}", fields=fields, limit=POSTS, **args)

    def _read_older(self, first: str) -> Iterator[Incoming]:
        after = self.older or first
        if not after:
            return
        page = self._posts(after)
        yield from self._read(page)
        times = [str(post.get("created_time") or "") for post in page.get("data", [])]
        horizon = (datetime.now(UTC) - OLDEST).isoformat()
        # ISO texts of one zone compare as times do. At the end, or beyond the horizon, start again behind the newest.
        self.older = "" if times and max(times) < horizon else after_cursor(page)

    def _read(self, page: Mapping[str, Any]) -> Iterator[Incoming]:
        yield from read_items(reversed(page.get("data", [])), self._read_post)

    def _read_post(self, raw: Mapping[str, Any]) -> Iterator[Incoming]:
        post = read_post(raw, self.page_id, kind=self.kind)
        newest = self.memory.newest(post.external_id)
        yield from self.memory.news(post, post.external_id)
        only_of = post.author.external_id if self.kind == "tag" and post.author else ""
        shown = {post.external_id}
        oldest = int(post.sent_at.timestamp())
        for comments, complete in self._comments(raw, post.external_id, newest):
            for event in read_items(
                reversed(comments), lambda item: [read_comment(item, post.external_id, self.page_id, only_of=only_of)]
            ):
                if isinstance(event, IncomingMessage):
                    shown.add(event.external_id)
                    yield from self.memory.news(event, post.external_id)
                else:
                    yield event
            times = [_seconds(item) for item in comments]
            oldest = int(post.sent_at.timestamp()) if complete or not times else min(times) + 1
        yield from self.removals.among(post.external_id, shown, oldest)

    def _comments(self, raw: Mapping[str, Any], post_id: str, newest: int) -> Iterator[tuple[list[Any], bool]]:
        """Yield lists of comments, newest first, with whether that was the last; stop where all older were seen."""
        page = raw.get("comments")
        if not isinstance(page, Mapping):
            yield [], True
            return
        for _ in range(MOST_COMMENT_PAGES):
            items = page.get("data", [])
            after = after_cursor(page)
            yield items, not after
            if not after or self.graph.rest_until or (items and _seconds(items[-1]) < newest - OVERLAP):
                return
            page = self.graph.read(
                f"{post_id}/comments", fields=COMMENT_FIELDS, filter="stream", order="reverse_chronological",
                limit=COMMENTS_PER_PAGE, after=after,
            )  # fmt: skip
        self.warning = gettext_noop("A post has more comments than are read back; its oldest ones may be missing.")


def _seconds(item: Any) -> int:
    try:
        return int(datetime.fromisoformat(str(item["created_time"])).timestamp())
    except (KeyError, TypeError, ValueError):
        return 0
