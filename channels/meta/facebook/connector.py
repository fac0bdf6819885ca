"""Facebook: a page's posts, their comments, and Messenger."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from channels.base import AccountProfile, CredentialField
from channels.errors import ChannelError
from channels.meta.chats import Chats, is_this, profile_of
from channels.meta.connector import (
    APP_FIELDS,
    PICTURES,
    GraphConnector,
    opened,
)
from channels.meta.facebook import normalise, posts
from channels.meta.facebook.payloads import COMMENT_FIELDS, POST_FIELDS
from channels.meta.facebook.timeline import Timeline
from channels.meta.messaging import HUMAN_AGENT_WINDOW, STANDARD_WINDOW
from channels.meta.removals import removal_of
from channels.types import (
    ON_PEOPLE,
    Action,
    Author,
    Blocked,
    Capabilities,
    Incoming,
    IncomingMessage,
    OutgoingReply,
    Page,
    Route,
    RouteRules,
    SendResult,
)

MEGABYTE = 1024 * 1024
WEBHOOK_FIELDS = (
    *("feed", "mention", "messages", "message_deliveries", "message_echoes", "message_edits", "message_reactions"),
    *("message_reads", "messaging_postbacks", "messaging_referrals", "standby"),
)
POSTS = {"feed": "visitor_post", "visitor_posts": "visitor_post", "tagged": "tag"}
MOST_PARENTS = 3  # a comment has at most one comment above it, then the post
MOST_CHECKS = 25


class FacebookConnector(GraphConnector):
    """One Facebook page."""

    platform: ClassVar[str] = "facebook"
    summary = "Comments, visitor posts, mentions and Messenger"
    streams: ClassVar[Sequence[str]] = ("feed", "visitor_posts", "tagged", "conversations")
    scopes: ClassVar[Sequence[str]] = (
        *("pages_read_engagement", "pages_read_user_content", "pages_manage_engagement"),
        *("pages_manage_metadata", "pages_messaging"),
    )
    publish_scopes = ("pages_manage_posts",)
    webhook_fields: ClassVar[Sequence[str]] = WEBHOOK_FIELDS
    capabilities: ClassVar[Capabilities] = Capabilities(
        answers_a_minute=10,
        routes={
            Route.PUBLIC_REPLY: RouteRules(
                limit=8000,
                max_files=1,
                file_kinds=("image",),
                file_types={"image": PICTURES},
                max_file_bytes={"image": 10 * MEGABYTE},
            ),
            Route.POST: RouteRules(
                limit=5000,
                max_files=10,
                file_kinds=("image",),
                file_types={"image": ("image/jpeg", "image/png")},
                max_file_bytes={"image": 10 * MEGABYTE},
            ),
            Route.PRIVATE_MESSAGE: RouteRules(
                limit=2000,
                window=STANDARD_WINDOW,
                human_window=HUMAN_AGENT_WINDOW,
                max_files=1,
                file_kinds=("image", "video", "audio", "file"),
                file_types={
                    "image": PICTURES,
                    "video": ("video/mp4", "video/quicktime", "video/webm", "video/ogg", "video/3gpp"),
                    "audio": ("audio/mpeg", "audio/aac", "audio/mp4", "audio/wav"),
                },
                max_file_bytes=dict.fromkeys(("image", "video", "audio", "file"), 25 * MEGABYTE),
                captions={},
                choices=13,
            ),
            Route.PRIVATE_REPLY: RouteRules(limit=2000, once=True, within=timedelta(days=7)),
        },
        actions=frozenset({Action.LIKE, Action.UNLIKE, Action.HIDE, Action.UNHIDE, Action.DELETE_OWN, *ON_PEOPLE}),
        blocks=Blocked.EVERYTHING,
    )
    credential_fields: ClassVar[Sequence[CredentialField]] = (
        CredentialField("page_id", "Page ID", help="On the page: About → Page transparency → Page ID."),
        CredentialField(
            "access_token",
            "Page access token",
            secret=True,
            help="A long-lived page token with pages_read_user_content, pages_manage_engagement, "
            "pages_manage_metadata and pages_messaging; for posts of your own also pages_manage_posts.",
        ),
        *APP_FIELDS,
    )

    @property
    def page_id(self) -> str:
        """The page's id."""
        return self.credentials.get("page_id") or self.external_id

    def identify(self) -> AccountProfile:
        """Ask which page the token belongs to."""
        found = self.graph.read(self.page_id, fields="id,name,username,picture{url}")
        picture = found.get("picture")
        data = picture.get("data", picture) if isinstance(picture, Mapping) else {}
        return AccountProfile(
            str(found["id"]),
            str(found.get("name") or found["id"]),
            str(found.get("username") or ""),
            str(data.get("url") or ""),
        )

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """Fetch what is new on one of the page's edges. Raises KeyError for a stream there is not."""
        if stream == "conversations":
            return self._chats.fetch(cursor)
        return Timeline(self.graph, self.page_id, stream, kind=POSTS[stream], cursor=cursor).fetch()

    def send(self, reply: OutgoingReply) -> SendResult:
        """Send a comment, a Messenger message, the one private reply to a comment or post, or publish a post."""
        if reply.route == Route.POST:
            return posts.publish(self.graph, self.page_id, reply)
        if reply.route == Route.PUBLIC_REPLY:
            return self._comment(reply)
        if reply.route == Route.PRIVATE_REPLY:
            name = "post_id" if reply.reply_to_kind in ("visitor_post", "tag") else "comment_id"
            return self._send_private(self.page_id, reply, {name: reply.reply_to_id}, names_type=True)
        return self._send_private(self.page_id, reply, {"id": reply.recipient_id}, names_type=True)

    def find_sent(self, reply: OutgoingReply) -> SendResult | None:
        """Look for our own comment under what it answers, for our message in the chat, or our post on the page."""
        if reply.route == Route.POST:
            return posts.find(self.graph, self.page_id, reply)
        if reply.route == Route.PRIVATE_MESSAGE:
            return self._chats.find(reply)
        if reply.route == Route.PRIVATE_REPLY:
            return self._find_private_reply(reply)
        thread = reply.thread_id or reply.reply_to_id
        # A reply to a reply is attached to the comment above it, so the whole thread is looked through.
        for page in self.graph.pages(
            f"{thread}/comments",
            most=3,
            fields=COMMENT_FIELDS,
            filter="stream",
            order="reverse_chronological",
            limit=100,
        ):
            for raw in page.get("data", []):
                found = normalise.read_comment(raw, thread, self.page_id)
                if is_this(found, reply) and self._answers(found, reply):
                    return SendResult(found.external_id, url=found.permalink, thread_id=thread)
        return None

    def act(self, action: Action, external_id: str) -> None:
        """Like, hide or delete a comment or post; block a person (Graph API reference, Page blocked)."""
        if action is Action.LIKE:
            self.graph.write(f"{external_id}/likes")
        elif action is Action.UNLIKE:
            self.graph.remove(f"{external_id}/likes")
        elif action is Action.DELETE_OWN:
            self.graph.remove(external_id)
        elif action is Action.BLOCK:
            self.graph.write(f"{self.page_id}/blocked", user=[external_id])
        elif action is Action.UNBLOCK:
            self.graph.remove(f"{self.page_id}/blocked", user=external_id)
        else:
            self.graph.write(external_id, is_hidden=action is Action.HIDE)

    def context(self, external_id: str, thread_id: str, parent_id: str) -> Sequence[Incoming]:
        """Return the post and the comment above a comment, oldest first. What is gone or not shown is left out."""
        found: list[IncomingMessage] = []
        while parent_id and parent_id != thread_id and len(found) < MOST_PARENTS:
            raw = self._node(parent_id, COMMENT_FIELDS)
            if raw is None:
                break
            above = normalise.read_comment(raw, thread_id, self.page_id)
            found.append(above)
            parent_id = above.parent_id
        raw = self._node(thread_id, POST_FIELDS) if thread_id and thread_id != external_id else None
        if raw is not None:
            found.append(normalise.read_post(raw, self.page_id, kind="visitor_post"))
        return [normalise.as_context(message) for message in reversed(found)]

    def check_removed(self, external_ids: Sequence[str]) -> Sequence[Incoming]:
        """Ask for comments and posts one by one, as the API requires."""
        public = [external_id for external_id in external_ids if normalise.is_public_id(external_id)]
        # The newest are seen by the poll anyway; over the hours a sample reaches them all.
        chosen = random.sample(public, min(len(public), MOST_CHECKS))
        removals = (removal_of(self.graph, external_id) for external_id in chosen)
        return [removal for removal in removals if removal]

    def profile(self, author: Author) -> Author:
        """Ask for the name and picture of somebody who wrote to us on Messenger."""
        return profile_of(self.graph, author, ("first_name,last_name,profile_pic",))

    def cursor_from(self, stream: str, moment: datetime) -> Mapping[str, Any]:
        """Return a cursor that reads chats from a moment on; posts are read from the newest down."""
        return {"since": int(moment.timestamp())} if stream == "conversations" else {}

    def subscribe(self) -> str:
        """Make sure the page's webhooks reach our app."""
        return self._subscribe_page(self.page_id, self.webhook_fields)

    @classmethod
    def parse_webhook(cls, body: Mapping[str, Any]) -> Iterable[tuple[str, str, Incoming]]:
        """Yield the events of a body of object `page`."""
        for page_id, event in normalise.read_webhook(body):
            yield cls.platform, page_id, event

    @property
    def _chats(self) -> Chats:
        return Chats(
            self.graph, page_id=self.page_id, own_ids=frozenset({self.page_id}), own_handle="", platform="messenger"
        )

    def _comment(self, reply: OutgoingReply) -> SendResult:
        edge = f"{reply.reply_to_id or reply.thread_id}/comments"
        text: dict[str, Any] = {"message": reply.text} if reply.text else {}
        if reply.files:
            with opened(reply.files[0]) as handle:
                made = self.graph.write(edge, files={"source": handle}, **text)
        else:
            made = self.graph.write(edge, **text)
        made_id = normalise.comment_key(str(made.get("id") or ""), reply.thread_id)
        return SendResult(made_id, thread_id=reply.thread_id)

    def _answers(self, found: IncomingMessage, reply: OutgoingReply) -> bool:
        if reply.reply_to_id in ("", found.parent_id, found.thread_id):
            return True
        answered = self._node(reply.reply_to_id, COMMENT_FIELDS)
        above = normalise.read_comment(answered, found.thread_id, self.page_id).parent_id if answered else ""
        return above == found.parent_id

    def _find_private_reply(self, reply: OutgoingReply) -> SendResult | None:
        found = self._node(reply.reply_to_id, "id,private_reply_conversation{id}") or {}
        chat = found.get("private_reply_conversation")
        return self._chats.find_in(str(chat["id"]), reply) if isinstance(chat, Mapping) and chat.get("id") else None

    def _node(self, external_id: str, fields: str) -> dict[str, Any] | None:
        try:
            return self.graph.read(external_id, fields=fields)
        except ChannelError as error:
            if error.reason in ("message_gone", "forbidden"):
                return None
            raise
