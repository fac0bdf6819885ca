"""One X account: what it reads, and how an answer gets there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, BinaryIO, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from channels.base import AccountProfile, Connector, CredentialField
from channels.downloads import open_media
from channels.errors import ChannelError
from channels.types import (
    ON_PEOPLE,
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
from channels.x import access, fields, streams, webhook
from channels.x.client import XClient
from channels.x.media import upload
from channels.x.normalise import Included, author_of, id_at, moment, parent_of, read_post, versions_of
from channels.x.texts import comparable

MB = 1024 * 1024
MOST_PARENTS = 20
LOOKUP = 100
MAX_DOWNLOAD = 64 * MB
SENDING_SLACK = timedelta(minutes=2)  # clocks differ
# X API v2 reference, "Media upload", best practices (2026-08). X takes films of 512 MB; we keep to less.
_FILE_BYTES = {"image": 5 * MB, "image/gif": 15 * MB, "video": 64 * MB}
_STILLS = ("image/jpeg", "image/png", "image/webp")
_FILE_TYPES = {
    "image": (*_STILLS, "image/gif"),
    "video": ("video/mp4", "video/quicktime"),
}


class XConnector(Connector):
    """X API v2 through tweepy, with the account's OAuth 2 token or its own OAuth 1.0a keys."""

    platform = "x"
    summary = "Mentions, replies, private messages and searches"
    webhook_product = "x"
    webhook_app = "consumer_key"
    streams = ("mentions", "timeline", "replies", "dms")
    query_streams = ("search",)
    # X API pricing, pay per use (2026-08): what is our own costs less than what others wrote.
    prices: ClassVar[Mapping[str, Decimal]] = {
        **dict.fromkeys(("mentions", "timeline"), Decimal("0.001")),
        **dict.fromkeys(("replies", "search", "lookup"), Decimal("0.005")),
        "dms": Decimal("0.010"),
        "answer": Decimal("0.015"),
        "link": Decimal("0.20"),
    }
    capabilities = Capabilities(
        answers_a_minute=5,
        routes={
            Route.PUBLIC_REPLY: RouteRules(
                limit=280,
                count="weighted",
                max_files=4,
                file_kinds=("image", "video"),
                file_types=_FILE_TYPES,
                max_file_bytes=_FILE_BYTES,
                alone=("video", "image/gif"),
                splits=True,
                any_account=True,
            ),
            Route.POST: RouteRules(
                limit=280,
                count="weighted",
                max_files=4,
                file_kinds=("image",),
                file_types={"image": _STILLS},
                max_file_bytes={"image": 5 * MB},
            ),
            Route.PRIVATE_MESSAGE: RouteRules(
                limit=10_000,
                max_files=1,
                file_kinds=("image", "video"),
                file_types=_FILE_TYPES,
                max_file_bytes=_FILE_BYTES,
            ),
        },
        actions=frozenset({Action.LIKE, Action.UNLIKE, Action.HIDE, Action.UNHIDE, Action.DELETE_OWN, *ON_PEOPLE}),
        # Blocking altogether (POST /2/users/:id/blocking) is open to X's enterprise plan only.
        blocks=Blocked.PRIVATE,
    )
    credential_fields: ClassVar[Sequence[CredentialField]] = (
        CredentialField(
            "consumer_key", "API key", help="In the X developer portal: your app, Keys and tokens, Consumer keys."
        ),
        CredentialField("consumer_secret", "API key secret", secret=True, help="Shown once, beside the API key."),
        CredentialField(
            "access_token", "Access token", help="Made for the account itself; begins with its number and a dash."
        ),
        CredentialField(
            "access_token_secret", "Access token secret", secret=True, help="Needs read, write and direct messages."
        ),
    )

    def __init__(self, *, external_id: str, handle: str, credentials: Mapping[str, str]) -> None:
        super().__init__(external_id=external_id, handle=handle, credentials=credentials)
        self.client = XClient(credentials)

    @classmethod
    def renew(cls, credentials: Mapping[str, str]) -> dict[str, str]:
        """Change the refresh token, which works once, for a new pair."""
        return access.renew(credentials)

    def identify(self) -> AccountProfile:
        """Ask X whose keys these are."""
        user = self.client.get_me(**fields.USERS).get("data") or {}
        who = author_of(str(user.get("id") or ""), user)
        if not who.external_id:
            raise ChannelError("X did not say whose keys these are.")
        return AccountProfile(who.external_id, who.name, who.handle, who.avatar_url)

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """Fetch a page of mentions, timeline, replies, dms or search. Raises ValueError for another stream."""
        match stream:
            case "mentions":
                return streams.fetch_mentions(self.client, self.external_id, self.handle, cursor)
            case "timeline":
                return streams.fetch_timeline(self.client, self.external_id, cursor)
            case "replies":
                return streams.fetch_replies(self.client, self.external_id, self.handle, cursor)
            case "search":
                return streams.fetch_search(self.client, self.external_id, query, cursor)
            case "dms":
                return streams.fetch_private_messages(self.client, self.external_id, cursor)
        raise ValueError(f"X has no stream {stream}")

    def send(self, reply: OutgoingReply) -> SendResult:
        """Post a public answer or a post of our own, or send a private message, with its files."""
        if reply.route == Route.PRIVATE_MESSAGE:
            return self._send_private(reply)
        if reply.route not in (Route.PUBLIC_REPLY, Route.POST):
            raise ChannelError(f"X has no {reply.route}.", permanent=True, reason="forbidden")
        media = upload(self.client, reply.files, private=False)
        made = self.client.create_tweet(
            text=reply.text, in_reply_to_tweet_id=reply.reply_to_id or None, media_ids=media or None
        )
        external_id = _id_of(made, "id")
        return self._posted(external_id, reply)

    def _posted(self, external_id: str, reply: OutgoingReply) -> SendResult:
        """Return what stands there now. A post of our own begins a thread, which has its id."""
        thread_id = external_id if reply.route == Route.POST else reply.thread_id
        return SendResult(
            external_id, url=f"https://x.com/{self.handle or 'i'}/status/{external_id}", thread_id=thread_id
        )

    def _send_private(self, reply: OutgoingReply) -> SendResult:
        media = upload(self.client, reply.files, private=True)
        made = self.client.create_direct_message(
            participant_id=reply.recipient_id, text=reply.text or None, media_id=media[0] if media else None
        )
        return SendResult(_id_of(made, "dm_event_id"), thread_id=str(made["data"].get("dm_conversation_id") or ""))

    def find_sent(self, reply: OutgoingReply) -> SendResult | None:
        """Look for the answer among our newest posts, or in the private conversation."""
        own_text = comparable(reply.text)
        if reply.route == Route.PRIVATE_MESSAGE:
            answer = self.client.get_direct_message_events(
                participant_id=reply.recipient_id,
                max_results=LOOKUP,
                event_types=["MessageCreate"],
                **fields.PRIVATE_MESSAGES,
            )
            for event in answer.get("data") or ():
                text = _without_media(event, comparable(str(event.get("text") or ""), served=True))
                if (
                    str(event.get("sender_id")) == self.external_id
                    and text == own_text
                    and str(event["id"]) not in reply.others
                    and _not_before(moment(event["created_at"]), reply.last_inbound_at)
                ):
                    return SendResult(str(event["id"]), thread_id=str(event.get("dm_conversation_id") or ""))
            return None
        answer = self.client.get_users_tweets(self.external_id, user_auth=True, max_results=LOOKUP, **fields.POSTS)
        for post in answer.get("data") or ():
            if str(post["id"]) in reply.others:
                continue
            if reply.route == Route.POST and not _not_before(moment(post["created_at"]), reply.last_inbound_at):
                continue  # the same words, said before
            text = str((post.get("note_tweet") or {}).get("text") or post.get("text") or "")
            if (
                parent_of(post, "replied_to") == reply.reply_to_id
                and _without_media(post, comparable(text, served=True)) == own_text
            ):
                return self._posted(str(post["id"]), reply)
        return None

    def act(self, action: Action, external_id: str) -> None:
        """Like, hide or delete a post. Likes by API ended for self-serve plans on 2026-04-16: X answers 403 there.

        A block is one of private messages (X API v2 reference, "Manage DM blocks").
        """
        if action in ON_PEOPLE:
            self.client.call("POST", f"/2/users/{external_id}/dm/{action}")
            return
        calls: Mapping[Action, Callable[[str], Any]] = {
            Action.LIKE: self._like,
            Action.UNLIKE: self._unlike,
            Action.HIDE: self.client.hide_reply,
            Action.UNHIDE: self.client.unhide_reply,
            Action.DELETE_OWN: self.client.delete_tweet,
        }
        calls[action](external_id)

    # tweepy reads our own id from an OAuth 1 token; an OAuth 2 token does not hold it.
    def _like(self, post_id: str) -> None:
        self.client.call("POST", f"/2/users/{self.external_id}/likes", json={"tweet_id": post_id})

    def _unlike(self, post_id: str) -> None:
        self.client.call("DELETE", f"/2/users/{self.external_id}/likes/{post_id}")

    def context(self, external_id: str, thread_id: str, parent_id: str) -> Sequence[Incoming]:
        """Walk up a post's parents, at most 20, with what is quoted; oldest first.

        X API v2 reference, post lookup: a look-up names the parent's parent, or says in `errors` that it is gone.
        """
        found: dict[str, list[Incoming]] = {}
        post_id = parent_id
        while post_id and post_id not in found and len(found) < MOST_PARENTS:
            answer = self._look_up([post_id])
            post = next(iter(answer.get("data") or ()), None)
            if post is None:
                break
            included = Included.of(answer)
            found[post_id] = read_post(post, included, self.external_id, as_context=True)
            quoted = included.posts.get(parent_of(post, "quoted"))
            if quoted is not None and str(quoted["id"]) not in found:
                found[str(quoted["id"])] = read_post(quoted, included, self.external_id, as_context=True)
            post_id = parent_of(post, "replied_to")
        messages = [event for events in found.values() for event in events]
        return sorted(
            messages, key=lambda event: event.sent_at if isinstance(event, IncomingMessage) else timezone.now()
        )

    def cursor_from(self, stream: str, moment: datetime) -> Mapping[str, Any]:
        """Return a cursor that reads down to a moment: ids hold the time they were made at."""
        return {"since": str(id_at(moment))}

    def _look_up(self, ids: Sequence[str]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self.client.get_tweets(list(ids), user_auth=True, **fields.POSTS)
        return answer

    def check_removed(self, external_ids: Sequence[str]) -> Sequence[Incoming]:
        """Look posts up by id: what is gone was removed, what has a newer version was edited.

        X tells by webhook only about our own posts. X API v2 reference, post lookup: up to 100 ids, partial `errors`.
        """
        now = timezone.now()
        events: list[Incoming] = []
        for start in range(0, len(external_ids), LOOKUP):
            answer = self._look_up(external_ids[start : start + LOOKUP])
            for error in answer.get("errors") or ():
                gone = str(error.get("resource_id") or error.get("value") or "")
                if gone in external_ids and error.get("parameter") in ("ids", "id"):
                    events.append(Removal(gone, now))
            newest = {}
            for post in answer.get("data") or ():
                versions = versions_of(post)
                if versions and versions[-1] != str(post["id"]):
                    newest[versions[-1]] = str(post["id"])
            events += self._edits(newest)
        return events

    def _edits(self, newest: Mapping[str, str]) -> list[Incoming]:
        if not newest:
            return []
        answer = self._look_up(list(newest))
        included = Included.of(answer)
        messages = [event for post in answer.get("data") or () for event in read_post(post, included, self.external_id)]
        return [
            Edit(newest[message.external_id], message.text, message.edited_at or message.sent_at, message.external_id)
            for message in messages
            if isinstance(message, IncomingMessage) and message.external_id in newest
        ]

    def profile(self, author: Author) -> Author:
        """Look the user up; the same author where X shows nobody."""
        answer = self.client.get_user(id=author.external_id, user_auth=True, **fields.USERS)
        user = answer.get("data")
        return author_of(author.external_id, user) if user else author

    def open_attachment(self, attachment: Attachment) -> tuple[BinaryIO, str]:
        """Download a picture or film. Those of private messages need the account's signature, others not."""
        host = urlsplit(attachment.url).hostname or ""
        private = f".{host}".endswith((".x.com", ".twitter.com")) or attachment.url.startswith(settings.X_API_BASE)
        return open_media(attachment.url, auth=self.client.signature if private else None, max_bytes=MAX_DOWNLOAD)

    @classmethod
    def parse_webhook(cls, body: Mapping[str, Any]) -> Iterable[tuple[str, str, Incoming]]:
        """Read a delivery of the X Activity API."""
        return webhook.read_webhook(body)

    def close(self) -> None:
        """Let go of connections."""
        self.client.session.close()


def _id_of(made: Mapping[str, Any], name: str) -> str:
    external_id = str((made.get("data") or {}).get(name) or "")
    if not external_id:
        raise ChannelError("X took the message, but did not say which one it is.", unknown=True)
    return external_id


def _not_before(moment_sent: datetime, earliest: datetime | None) -> bool:
    return earliest is None or moment_sent >= earliest - SENDING_SLACK


def _without_media(post: Mapping[str, Any], text: str) -> str:
    # X puts a link to the post's own picture behind its text.
    return text.removesuffix("~").rstrip() if (post.get("attachments") or {}).get("media_keys") else text
