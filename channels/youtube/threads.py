"""Reading a channel's comments, round after round: YouTube has no webhook for them.

The list of threads is by the time of each thread's first comment, so an answer under an older one does not move it up.
A round asks for the newest threads, for one page of older ones in turn, and for the answers of threads that grew. What
YouTube holds back stands in lists of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from channels.errors import ChannelError, NeedsReauth
from channels.types import Incoming, IncomingMessage, NotUnderstood, Page
from channels.youtube.client import MOST_IDS, YouTubeClient
from channels.youtube.memory import Memory
from channels.youtube.normalise import Comment, objects, read_replies, read_thread, read_video

THREADS = 100  # the most a page may hold
REPLY_PAGES = 5  # of one thread, in one round
MOST_GROWN = 20  # threads whose answers are asked for in one round; the next goes on
MOST_AGAIN = 2  # others whose answers are read again: what that costs slows the rounds down (quota.py)
OLDEST = timedelta(days=90)
HELD_EVERY = timedelta(minutes=2)
HELD_LISTS = ("heldForReview", "likelySpam")
MANY_REPLIES = gettext_noop("A comment has more answers than are read back; its oldest ones may be missing.")
QUOTA_LOW = gettext_noop(
    "The quota of our Google project is nearly used up: it is kept for answers until it is renewed."
)
CUT_SHORT = gettext_noop(
    "YouTube refused a part of what was asked of it; what came is kept, and the rest is asked again."
)


class Threads:
    """The comments of one channel, from where the last round ended."""

    def __init__(self, client: YouTubeClient, own_id: str, cursor: Mapping[str, Any]) -> None:
        """`cursor` is what the round before left; `since` in it bounds how far back it goes."""
        self.client, self.own_id = client, own_id
        self.memory = Memory(cursor.get("memory"))
        self.older, self.since = str(cursor.get("older") or ""), str(cursor.get("since") or "")
        self.held_at = str(cursor.get("held_at") or "")
        self.videos = list(cursor.get("videos") or ())
        self.missing = list(cursor.get("missing") or ())  # videos that could not be asked for
        self.now = timezone.now()
        self.grown_left, self.again_left = MOST_GROWN, MOST_AGAIN
        self.warning = ""

    def fetch(self) -> Page:
        """Return what is new: newest threads, some older ones, and every two minutes what is held back."""
        if self.client.quota.left_for_reading(self.now) <= 0:
            return self._page((), QUOTA_LOW)
        events: list[Incoming] = []
        try:
            for event in self._round():
                events.append(event)  # noqa: PERF402  what came before a call failed is kept
        except ChannelError as error:
            if not events or isinstance(error, NeedsReauth):
                raise
            self.warning = CUT_SHORT  # the next round asks for the rest
        return self._page([*self._new_videos(events), *sorted(events, key=_moment_of)], self.warning)

    def _round(self) -> Iterator[Incoming]:
        """Read one list after the other. How far it came is noted behind what was read."""
        newest = self._list()
        yield from self._read(newest)
        if after := self.older or str(newest.get("nextPageToken") or ""):
            yield from self._read_older(after)
        if not self.held_at or self.now - datetime.fromisoformat(self.held_at) >= HELD_EVERY:
            for status in HELD_LISTS:
                yield from self._read(self._list(moderationStatus=status))
            self.held_at = self.now.isoformat()

    def _read_older(self, after: str) -> Iterator[Incoming]:
        """Read the next page of older threads; the first of them again once it is through, or the token is too old."""
        try:
            page = self._list(pageToken=after)
        except ChannelError as error:
            if not error.permanent:
                raise
            self.older = ""
            return
        yield from self._read(page)
        times = [_began(item) for item in objects(page.get("items"))]
        horizon = max((self.now - OLDEST).isoformat(), self.since)
        self.older = "" if times and max(times) < horizon else str(page.get("nextPageToken") or "")

    def _list(self, **more: Any) -> dict[str, Any]:
        return self.client.ask(
            "commentThreads", "list", part="snippet,replies", allThreadsRelatedToChannelId=self.own_id,
            order="time", maxResults=THREADS, textFormat="plainText", **more,
        )  # fmt: skip

    def _read(self, page: Mapping[str, Any]) -> Iterator[Incoming]:
        items = page.get("items")
        for item in reversed(items if isinstance(items, list) else []):
            yield from self._read_one(list(read_thread(item, self.own_id)))

    def _read_one(self, thread: list[Comment | NotUnderstood]) -> Iterator[Incoming]:
        yield from self._news(thread)
        top = thread[0] if thread else None
        if isinstance(top, Comment) and self._is_to_be_read(top, len(thread) - 1):
            yield from self._news(read_replies(self._replies(top), self.own_id, top.message))
            self.memory.note_size(top, self.now)

    def _is_to_be_read(self, top: Comment, came_along: int) -> bool:
        """Whether a thread's replies are asked for in this round: it grew, or was read long ago."""
        if self.memory.has_grown(top, came_along):
            self.grown_left -= 1
            return self.grown_left >= 0
        if self.again_left > 0 and self.memory.is_due(top, came_along, self.now):
            self.again_left -= 1
            return True
        return False

    def _news(self, comments: Iterable[Comment | NotUnderstood]) -> Iterator[Incoming]:
        for comment in comments:
            if isinstance(comment, NotUnderstood):
                yield comment
            else:
                yield from self.memory.news(comment, self.now)

    def _replies(self, top: Comment) -> list[Any]:
        """Return what was answered to a comment."""
        found: list[Any] = []
        token: dict[str, str] = {}
        for _turn in range(REPLY_PAGES):
            page = self.client.ask(
                "comments", "list", part="snippet", parentId=top.message.external_id, maxResults=THREADS,
                textFormat="plainText", **token,
            )  # fmt: skip
            items = page.get("items")
            found += items if isinstance(items, list) else []
            if not page.get("nextPageToken"):
                return found
            token = {"pageToken": str(page["nextPageToken"])}
        self.warning = MANY_REPLIES
        return found

    def _new_videos(self, events: Iterable[Incoming]) -> list[Incoming]:
        """Fetch the videos that new comments stand under, unless they were fetched before; else in the next round."""
        tops = (
            event for event in events if isinstance(event, IncomingMessage) and event.thread_id == event.external_id
        )
        named = dict.fromkeys([*self.missing, *(top.parent_id for top in tops if top.parent_id)])
        unknown = [video for video in named if video not in self.videos][-THREADS * 2 :]
        try:
            found = videos_of(self.client, unknown, self.own_id)
        except NeedsReauth:
            raise
        except ChannelError:  # no reason to lose the comments
            self.missing, self.warning = unknown, CUT_SHORT
            return []
        self.missing, self.videos = [], [*self.videos, *unknown][-THREADS * 2 :]
        return found

    def _page(self, events: Iterable[Incoming], warning: str) -> Page:
        cursor = {"memory": self.memory.stored(), "older": self.older, "held_at": self.held_at, "videos": self.videos}
        if self.missing:
            cursor["missing"] = self.missing
        if self.since:
            cursor["since"] = self.since
        pace = self.client.quota.next_read(max(1, self.client.spent), self.now)
        return Page(tuple(events), cursor, next_poll=pace, warning=warning)


def videos_of(client: YouTubeClient, ids: list[str], own_id: str) -> list[Incoming]:
    """Ask for videos by id."""
    found: list[Incoming] = []
    for start in range(0, len(ids), MOST_IDS):
        some = ids[start : start + MOST_IDS]
        answer = client.ask("videos", "list", part="snippet", id=",".join(some))
        found += [read_video(item, own_id) for item in objects(answer.get("items"))]
    return found


def _began(item: Mapping[str, Any]) -> str:
    try:
        return str(item["snippet"]["topLevelComment"]["snippet"]["publishedAt"])
    except (KeyError, TypeError):
        return ""


def _moment_of(event: Incoming) -> float:
    at = getattr(event, "sent_at", None) or getattr(event, "at", None)
    return at.timestamp() if isinstance(at, datetime) else 0.0
