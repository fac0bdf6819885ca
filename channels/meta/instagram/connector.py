"""Instagram: comments on the account's media, mentions, tags and direct messages, over its Facebook page's token."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from channels.base import AccountProfile, CredentialField
from channels.errors import ChannelError
from channels.meta.chats import Chats, is_this, profile_of
from channels.meta.connector import APP_FIELDS, PICTURES, GraphConnector
from channels.meta.instagram import normalise, posts
from channels.meta.instagram.payloads import (
    COMMENT_FIELDS,
    MEDIA_FIELDS,
    MENTIONED_COMMENT,
    MENTIONED_MEDIA,
    REPLY_FIELDS,
)
from channels.meta.instagram.timeline import Timeline
from channels.meta.messaging import HUMAN_AGENT_WINDOW, STANDARD_WINDOW
from channels.meta.removals import removal_of
from channels.types import (
    ON_PEOPLE,
    Action,
    Author,
    Blocked,
    Capabilities,
    Direction,
    Incoming,
    IncomingMessage,
    NotUnderstood,
    OutgoingReply,
    Page,
    Route,
    RouteRules,
    SendResult,
)

MEGABYTE = 1024 * 1024
WEBHOOK_FIELDS = ("messages", "message_reactions", "messaging_postbacks", "messaging_referrals", "standby")
ELSEWHERE = ("mention", "tag")  # kinds that stand under somebody else's post
MOST_CHECKS = 25


class InstagramConnector(GraphConnector):
    """One Instagram professional account."""

    platform: ClassVar[str] = "instagram"
    summary = "Comments, mentions, tags and private messages"
    streams: ClassVar[Sequence[str]] = ("comments", "tags", "conversations")
    scopes: ClassVar[Sequence[str]] = (
        *("instagram_basic", "instagram_manage_comments", "instagram_manage_messages"),
        "pages_manage_metadata",
    )
    publish_scopes = ("instagram_content_publish",)
    webhook_fields: ClassVar[Sequence[str]] = WEBHOOK_FIELDS
    capabilities: ClassVar[Capabilities] = Capabilities(
        answers_a_minute=10,
        routes={
            Route.PUBLIC_REPLY: RouteRules(limit=2200),
            # Instagram Platform, "Content Publishing" (2026-06-30).
            Route.POST: RouteRules(
                limit=2200,
                max_files=10,
                file_kinds=("image",),
                file_types={"image": ("image/jpeg",)},
                max_file_bytes={"image": 8 * MEGABYTE},
                needs_file=True,
                fetches_files=True,
                ratios=(0.8, 1.91),
            ),
            Route.PRIVATE_MESSAGE: RouteRules(
                limit=1000,
                count="bytes",
                window=STANDARD_WINDOW,
                human_window=HUMAN_AGENT_WINDOW,
                max_files=1,
                file_kinds=("image", "video", "audio", "file"),
                # Instagram Platform, "Send messages" (2026-04-01).
                file_types={
                    "image": PICTURES,
                    "video": ("video/mp4", "video/quicktime", "video/webm", "video/ogg"),
                    "audio": ("audio/aac", "audio/mp4", "audio/wav"),
                    "file": ("application/pdf",),
                },
                max_file_bytes={"image": 8 * MEGABYTE, **dict.fromkeys(("video", "audio", "file"), 25 * MEGABYTE)},
                captions={},
                choices=13,
            ),
            Route.PRIVATE_REPLY: RouteRules(limit=1000, count="bytes", once=True, within=timedelta(days=7)),
        },
        actions=frozenset({Action.HIDE, Action.UNHIDE, Action.DELETE_OWN, *ON_PEOPLE}),
        blocks=Blocked.EVERYTHING,
    )
    credential_fields: ClassVar[Sequence[CredentialField]] = (
        CredentialField(
            "ig_user_id",
            "Instagram account ID",
            help="Meta Business Suite → Settings → Business assets → Instagram accounts.",
        ),
        CredentialField("page_id", "Facebook page ID", help="Of the page the Instagram account is linked to."),
        CredentialField(
            "access_token",
            "Page access token",
            secret=True,
            help="Of that page, with instagram_basic, instagram_manage_comments and instagram_manage_messages; "
            "for posts of your own also instagram_content_publish.",
        ),
        *APP_FIELDS,
    )

    @property
    def own_id(self) -> str:
        """The Instagram account's id."""
        return self.credentials.get("ig_user_id") or self.external_id

    @property
    def page_id(self) -> str:
        """The id of the page the account is linked to."""
        return self.credentials.get("page_id", "")

    def identify(self) -> AccountProfile:
        """Ask which Instagram account this is."""
        found = self.graph.read(self.own_id, fields="id,name,username,profile_picture_url")
        handle = str(found.get("username") or "")
        name = str(found.get("name") or handle or found["id"])
        return AccountProfile(str(found["id"]), name, handle, str(found.get("profile_picture_url") or ""))

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """Fetch what is new in comments, tags or direct messages. Raises KeyError for a stream there is not."""
        if stream == "conversations":
            return self._chats.fetch(cursor)
        timeline = Timeline(self.graph, self.own_id, self.handle, cursor)
        return {"comments": timeline.comments, "tags": timeline.tags}[stream]()

    def send(self, reply: OutgoingReply) -> SendResult:
        """Send a reply, a direct message, or the one private reply to a comment, or publish a post."""
        if reply.route == Route.POST:
            return posts.publish(self.graph, self.own_id, reply)
        if reply.route == Route.PRIVATE_REPLY:
            return self._send_private(self.page_id, reply, {"comment_id": reply.reply_to_id}, names_type=False)
        if reply.route == Route.PRIVATE_MESSAGE:
            return self._send_private(self.page_id, reply, {"id": reply.recipient_id}, names_type=False)
        if reply.reply_to_kind in ELSEWHERE:
            comment = reply.reply_to_id if reply.reply_to_id != reply.thread_id else ""
            target: dict[str, Any] = {"media_id": reply.thread_id, **({"comment_id": comment} if comment else {})}
            made = self.graph.write(f"{self.own_id}/mentions", message=reply.text, **target)
        elif reply.reply_to_id in ("", reply.thread_id):
            made = self.graph.write(f"{reply.thread_id}/comments", message=reply.text)
        else:
            made = self.graph.write(f"{reply.reply_to_id}/replies", message=reply.text)
        return SendResult(str(made.get("id") or ""), thread_id=reply.thread_id)

    def find_sent(self, reply: OutgoingReply) -> SendResult | None:
        """Look for our own reply under the comment, for our message in the chat, or for our post.

        Answers under somebody else's post cannot be looked up: Instagram lists only what stands under one's own media.
        """
        if reply.route == Route.POST:
            return posts.find(self.graph, self.own_id, reply)
        if reply.route in (Route.PRIVATE_MESSAGE, Route.PRIVATE_REPLY):
            # A private answer that is not found is refused when sent again: Instagram takes one for each comment.
            return self._chats.find(reply)
        if reply.reply_to_kind in ELSEWHERE:
            raise ChannelError("Instagram does not let us look this answer up.", permanent=True, unknown=True)
        media = normalise.read_media({"id": reply.thread_id or reply.reply_to_id})
        if reply.reply_to_id in ("", reply.thread_id):
            edges = [f"{reply.thread_id}/comments"]
        else:
            # A reply to a reply is attached to the comment above it.
            above = self.graph.read(reply.reply_to_id, fields="id,parent_id").get("parent_id")
            edges = [f"{above or reply.reply_to_id}/replies"]
        for page in self.graph.pages(edges[0], most=3, fields=REPLY_FIELDS, limit=50):
            for found in normalise.read_comments(page.get("data"), media, self.own_id, self.handle):
                if (
                    isinstance(found, IncomingMessage)
                    and found.direction == Direction.OUTBOUND
                    and is_this(found, reply)
                ):
                    return SendResult(found.external_id, thread_id=reply.thread_id)
        return None

    def act(self, action: Action, external_id: str) -> None:
        """Hide, show or delete a comment; block a person who has written to us in private.

        Instagram Messaging, "Moderate Conversations API": there must be a conversation with them.
        """
        if action is Action.DELETE_OWN:
            self.graph.remove(external_id)
        elif action in (Action.HIDE, Action.UNHIDE):
            # It is written as `hide` and read as `hidden` (IG Comment reference).
            self.graph.write(external_id, hide=action is Action.HIDE)
        elif action in ON_PEOPLE:
            self.graph.write(
                f"{self.page_id}/moderate_conversations", user_ids=[{"id": external_id}], actions=[f"{action}_user"]
            )
        else:
            super().act(action, external_id)

    def context(self, external_id: str, thread_id: str, parent_id: str) -> Sequence[Incoming]:
        """Return the post and the comment above a comment, oldest first. Somebody else's are not shown to us."""
        try:
            media = normalise.read_media(self.graph.read(thread_id, fields=MEDIA_FIELDS)) if thread_id else None
        except ChannelError as error:
            if error.reason in ("message_gone", "forbidden", "other"):
                return ()
            raise
        if media is None or thread_id == external_id:
            return ()
        if parent_id in ("", thread_id):
            return (media,)
        return (media, *self._above(parent_id, media))

    def check_removed(self, external_ids: Sequence[str]) -> Sequence[Incoming]:
        """Ask for comments singly; private messages have other ids and tell of their withdrawal themselves."""
        public = [external_id for external_id in external_ids if external_id.isdigit()]
        # The newest are seen by the poll anyway; over the hours a sample reaches them all.
        chosen = random.sample(public, min(len(public), MOST_CHECKS))
        removals = (removal_of(self.graph, external_id) for external_id in chosen)
        return [removal for removal in removals if removal]

    def profile(self, author: Author) -> Author:
        """Ask for name, picture and followers of somebody who wrote to us in a direct message."""
        rich = "name,username,profile_pic,follower_count,is_verified_user"
        return (
            author
            if author.external_id.startswith("@")
            else profile_of(self.graph, author, (rich, "name,username,profile_pic"))
        )

    def cursor_from(self, stream: str, moment: datetime) -> Mapping[str, Any]:
        """Return a cursor that reads chats from a moment on; posts are read from the newest down."""
        return {"since": int(moment.timestamp())} if stream == "conversations" else {}

    def subscribe(self) -> str:
        """Make sure the linked page's webhooks, which carry the direct messages, reach our app."""
        return self._subscribe_page(self.page_id, self.webhook_fields)

    @classmethod
    def parse_webhook(cls, body: Mapping[str, Any]) -> Iterable[tuple[str, str, Incoming]]:
        """Yield the events of a body of object `instagram`."""
        for account_id, event in normalise.read_webhook(body):
            yield cls.platform, account_id, event

    def complete(self, item: Incoming) -> Sequence[Incoming]:
        """Fetch the mention a webhook only pointed at.

        Where it is gone already, it stays not understood, with its ids.
        """
        mention = (
            item.body.get("mention") if isinstance(item, NotUnderstood) and item.reason == normalise.LOOKUP else None
        )
        if not isinstance(item, NotUnderstood) or not isinstance(mention, Mapping):
            return (item,)
        media_id, comment_id = str(mention.get("media_id") or ""), str(mention.get("comment_id") or "")
        try:
            return self._mention(media_id, comment_id)
        except ChannelError as error:
            if error.reason in ("message_gone", "other", "forbidden") and error.permanent:
                return (NotUnderstood(f"a mention that could not be read: {error}", item.body),)
            raise
        except (ValueError, KeyError):
            return (NotUnderstood("a mention of strange shape", item.body),)

    @property
    def _chats(self) -> Chats:
        own = frozenset({self.own_id, self.page_id})
        return Chats(self.graph, page_id=self.page_id, own_ids=own, own_handle=self.handle, platform="instagram")

    def _mention(self, media_id: str, comment_id: str) -> Sequence[Incoming]:
        if comment_id:
            fields = f"mentioned_comment.comment_id({comment_id}){{{MENTIONED_COMMENT}}}"
            found = self.graph.read(self.own_id, fields=fields)["mentioned_comment"]
            return normalise.read_mentioned_comment(found, media_id, self.own_id, self.handle)
        fields = f"mentioned_media.media_id({media_id}){{{MENTIONED_MEDIA}}}"
        found = self.graph.read(self.own_id, fields=fields)["mentioned_media"]
        return [normalise.read_media(found, kind="mention")]

    def _above(self, parent_id: str, media: IncomingMessage) -> Sequence[Incoming]:
        try:
            raw = self.graph.read(parent_id, fields=COMMENT_FIELDS)
        except ChannelError as error:
            if error.reason in ("message_gone", "forbidden"):
                return ()
            raise
        above = normalise.read_comment(raw, media, self.own_id, self.handle)
        return (normalise.as_context(above),)
