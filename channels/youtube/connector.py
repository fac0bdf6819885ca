"""One YouTube channel: the comments on its videos, and how an answer gets under one."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, ClassVar

from django.utils import timezone

from channels.base import AccountProfile, Allowance, Connector, CredentialField, Inspection
from channels.downloads import open_media
from channels.errors import ChannelError
from channels.types import (
    Action,
    Attachment,
    Author,
    Blocked,
    Capabilities,
    Edit,
    Incoming,
    IncomingMessage,
    OutgoingReply,
    Page,
    Removal,
    Route,
    RouteRules,
    SendResult,
)
from channels.youtube import access
from channels.youtube.client import MOST_IDS, YouTubeClient
from channels.youtube.normalise import WATCH, Comment, objects, read_comment, read_thread
from channels.youtube.quota import next_reset
from channels.youtube.threads import Threads, videos_of

LONGEST = 10_000  # characters of a comment, as YouTube's own page takes them; the API documents no number
MOST_CHECKS = 120  # comments that are looked up again at a time: four units
LOOKED_THROUGH = 3  # pages of a hundred answers each
SENDING_SLACK = timedelta(minutes=2)  # clocks differ
MAX_PICTURE = 16 * 1024 * 1024


class YouTubeConnector(Connector):
    """YouTube Data API v3 through Google's own client, with the channel's OAuth 2 access."""

    platform = "youtube"
    summary = "Comments on the channel's videos, those held back too"
    streams = ("comments",)
    capabilities = Capabilities(
        # An answer costs fifty units of a day's ten thousand.
        answers_a_minute=5,
        routes={Route.PUBLIC_REPLY: RouteRules(limit=LONGEST)},
        # YouTube has a way to ban by API, and none to let somebody back in (comments.setModerationStatus).
        actions=frozenset({Action.HIDE, Action.UNHIDE, Action.DELETE_OWN, Action.BLOCK}),
        holds_for_review=True,
        blocks=Blocked.COMMENTS,
        blocks_by_message=True,
    )
    credential_fields: ClassVar[Sequence[CredentialField]] = (
        CredentialField(
            "client_id",
            "OAuth client ID",
            help="Google Cloud console → APIs & Services → Credentials: a web application.",
        ),
        CredentialField("client_secret", "OAuth client secret", secret=True, help="On the same page."),
        CredentialField(
            "refresh_token",
            "Refresh token",
            secret=True,
            help="Made for the channel itself, with the permission youtube.force-ssl and offline access.",
        ),
    )

    def __init__(self, *, external_id: str, handle: str, credentials: Mapping[str, str]) -> None:
        super().__init__(external_id=external_id, handle=handle, credentials=credentials)
        self.client = YouTubeClient(credentials)

    @classmethod
    def prepare(cls, credentials: Mapping[str, str]) -> Mapping[str, str]:
        """Fetch the first access for a refresh token that was typed."""
        return credentials if credentials.get("oauth2_token") else access.renew(credentials)

    @classmethod
    def renew(cls, credentials: Mapping[str, str]) -> dict[str, str]:
        """Change the refresh token for access of another hour."""
        return access.renew(credentials)

    def identify(self) -> AccountProfile:
        """Ask which channel this access is for."""
        found = self.client.ask("channels", "list", part="snippet", mine=True)
        channel = next(iter(objects(found.get("items"))), None)
        if channel is None or not channel.get("id"):
            raise ChannelError("Who signed in has no YouTube channel.", permanent=True, code="youtube/noChannel")
        external_id, told = str(channel["id"]), channel.get("snippet")
        told = told if isinstance(told, Mapping) else {}
        handle, name = str(told.get("customUrl") or "").lstrip("@"), str(told.get("title") or "")
        return AccountProfile(external_id, name or handle or external_id, handle, _picture_of(told))

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """Fetch what is new in the comments. Raises ValueError for another stream."""
        if stream != "comments":
            raise ValueError(f"YouTube has no stream {stream}")
        return Threads(self.client, self.external_id, cursor).fetch()

    def cursor_from(self, stream: str, moment: datetime) -> Mapping[str, Any]:
        """Return a cursor that reads older threads down to a moment."""
        return {"since": moment.astimezone(UTC).isoformat()}

    def send(self, reply: OutgoingReply) -> SendResult:
        """Put an answer under the top-level comment: YouTube hangs none deeper (comments.insert, parentId)."""
        if reply.route != Route.PUBLIC_REPLY:
            raise ChannelError(f"YouTube has no {reply.route}.", permanent=True, reason="forbidden")
        top, text = _top_of(reply), _addressed(reply)
        if len(text) > LONGEST:
            raise ChannelError("The answer is longer than YouTube takes.", permanent=True, reason="too_long")
        body = {"snippet": {"parentId": top, "textOriginal": text}}
        made = self.client.ask("comments", "insert", part="snippet", body=body)
        external_id = str(made.get("id") or "")
        if not external_id:
            raise ChannelError("YouTube took the answer, but did not say which one it is.", unknown=True)
        return SendResult(external_id, url=_address(made, external_id), thread_id=top)

    def find_sent(self, reply: OutgoingReply) -> SendResult | None:
        """Look for our answer under the comment, among its newest answers."""
        top, text = _top_of(reply), _comparable(_addressed(reply))
        token: dict[str, str] = {}
        for _turn in range(LOOKED_THROUGH):
            try:
                page = self.client.ask(
                    "comments", "list", part="snippet", parentId=top, maxResults=100, textFormat="plainText", **token
                )
            except ChannelError as error:
                if error.reason == "message_gone":  # and so is what stood under it
                    return None
                raise
            for item in objects(page.get("items")):
                found = read_comment(item, self.external_id)
                if isinstance(found, Comment) and self._is_this(found.message, reply, text):
                    external_id = found.message.external_id
                    return SendResult(external_id, url=found.message.permalink, thread_id=top)
            if not page.get("nextPageToken"):
                return None
            token = {"pageToken": str(page["nextPageToken"])}
        raise ChannelError("There are more answers than are looked through.", unknown=True)

    def _is_this(self, message: IncomingMessage, reply: OutgoingReply, text: str) -> bool:
        after = reply.last_inbound_at is None or message.sent_at >= reply.last_inbound_at - SENDING_SLACK
        return (
            message.author is None
            and message.external_id not in reply.others
            and after
            and _comparable(message.text) == text
        )

    def act(self, action: Action, external_id: str) -> None:
        """Hold a comment for review, publish it, or delete our own; reject one and all else who wrote it will write."""
        if action is Action.DELETE_OWN:
            self.client.ask("comments", "delete", id=external_id)
        elif action is Action.BLOCK:
            self.client.ask(
                "comments", "setModerationStatus", id=external_id, moderationStatus="rejected", banAuthor=True
            )
        elif action in (Action.HIDE, Action.UNHIDE):
            status = "heldForReview" if action is Action.HIDE else "published"
            self.client.ask("comments", "setModerationStatus", id=external_id, moderationStatus=status)
        else:
            super().act(action, external_id)

    def context(self, external_id: str, thread_id: str, parent_id: str) -> Sequence[Incoming]:
        """Return the video and the comment above one, oldest first."""
        if thread_id == external_id:
            return videos_of(self.client, [parent_id], self.external_id) if parent_id else ()
        answer = self.client.ask(
            "commentThreads", "list", part="snippet", id=thread_id or parent_id, textFormat="plainText"
        )
        tops = [event for item in objects(answer.get("items")) for event in read_thread(item, self.external_id)]
        found = next((top.message for top in tops if isinstance(top, Comment)), None)
        if found is None:
            return ()
        return (*(videos_of(self.client, [found.parent_id], self.external_id) if found.parent_id else ()), found)

    def check_removed(self, external_ids: Sequence[str]) -> Sequence[Incoming]:
        """Ask for comments by id: what does not come back is gone, what was changed says when.

        The newest are seen by each round anyway; over the hours a sample reaches the others.
        """
        if self.client.quota.left_for_reading() <= 0:
            return ()
        chosen = random.sample(list(external_ids), min(len(external_ids), MOST_CHECKS))
        events: list[Incoming] = []
        for start in range(0, len(chosen), MOST_IDS):
            events += self._changes(chosen[start : start + MOST_IDS])
        return events

    def _changes(self, ids: Sequence[str]) -> list[Incoming]:
        try:
            answer = self.client.ask("comments", "list", part="snippet", id=",".join(ids), textFormat="plainText")
        except ChannelError as error:
            if error.reason != "message_gone":
                raise
            # One that is gone may cost the others' answer (comments.list, commentNotFound).
            if len(ids) > 1:
                half = len(ids) // 2
                return [*self._changes(ids[:half]), *self._changes(ids[half:])]
            answer = {}
        comments = [read_comment(item, self.external_id) for item in objects(answer.get("items"))]
        shown = {one.message.external_id: one.message for one in comments if isinstance(one, Comment)}
        unread = any(not isinstance(one, Comment) for one in comments)
        now = timezone.now()
        gone: list[Incoming] = [Removal(one, now) for one in ids if one not in shown and not unread]
        edits = [
            Edit(one.external_id, None if one.text_missing else one.text, one.edited_at)
            for one in shown.values()
            if one.edited_at is not None
        ]
        return [*gone, *edits]

    def profile(self, author: Author) -> Author:
        """Ask for a channel's name, picture and followers; the same author where YouTube shows none."""
        found = self.client.ask("channels", "list", part="snippet,statistics", id=author.external_id)
        channel = next(iter(objects(found.get("items"))), None)
        told = channel.get("snippet") if channel else None
        if channel is None or not isinstance(told, Mapping):
            return author
        counted = channel.get("statistics")
        followers = str(counted.get("subscriberCount") or "") if isinstance(counted, Mapping) else ""
        return Author(
            author.external_id,
            name=str(told.get("title") or author.name),
            handle=str(told.get("customUrl") or author.handle).lstrip("@"),
            avatar_url=_picture_of(told) or author.avatar_url,
            followers=int(followers) if followers.isascii() and followers.isdigit() else None,
        )

    def open_attachment(self, attachment: Attachment) -> tuple[BinaryIO, str]:
        """Download a picture of a video or of a comment."""
        return open_media(attachment.url, max_bytes=MAX_PICTURE)

    def inspect(self) -> Inspection:
        """Say what was allowed, and how much of the day's units is used."""
        quota = self.client.quota
        granted = self.credentials.get("scopes", "").split()
        lacking = tuple(scope for scope in access.SCOPES if scope not in granted) if granted else ()
        used = min(100.0, 100 * quota.used() / quota.most) if quota.most else None
        return Inspection(scopes=tuple(granted) or None, scopes_lacking=lacking, used=used)

    @property
    def allowance(self) -> Allowance:
        """The units of our Google project, as far as we used them ourselves."""
        quota = self.client.quota
        return Allowance(quota.used(), quota.most, quota.kept, next_reset())

    def close(self) -> None:
        """Let go of connections."""
        self.client.close()


def _top_of(reply: OutgoingReply) -> str:
    """Return the top-level comment an answer goes under: its thread, else what stands before the dot of an id."""
    return reply.thread_id or reply.reply_to_id.partition(".")[0]


def _addressed(reply: OutgoingReply) -> str:
    """Return the words as they stand there: under somebody else's comment with the name of whom we answer in front."""
    name = f"@{reply.recipient_handle}"
    is_deeper = reply.reply_to_id not in ("", _top_of(reply))
    if not is_deeper or not reply.recipient_handle or reply.text.lower().startswith(name.lower()):
        return reply.text
    return f"{name} {reply.text}"


def _comparable(text: str) -> str:
    return " ".join(text.split())


def _address(made: Mapping[str, Any], external_id: str) -> str:
    told = made.get("snippet")
    video = str(told.get("videoId") or "") if isinstance(told, Mapping) else ""
    return f"{WATCH}{video}&lc={external_id}" if video else ""


def _picture_of(told: Mapping[str, Any]) -> str:
    sizes = told.get("thumbnails")
    for name in ("high", "medium", "default"):
        size = sizes.get(name) if isinstance(sizes, Mapping) else None
        if isinstance(size, Mapping) and size.get("url"):
            return str(size["url"])
    return ""
