"""One Bluesky account: what is said to it, and how an answer gets there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from django.utils import timezone

from channels.base import AccountProfile, Connector, CredentialField, Inspection
from channels.bluesky import login, streams
from channels.bluesky.client import BlueskyClient
from channels.bluesky.normalise import author_of, moment, objects, read_post
from channels.bluesky.records import BLOCK, LIKE, POST, REPOST, Place, key_of, place_of, uri_of, web_address
from channels.bluesky.richtext import facets_of, readable
from channels.downloads import open_media
from channels.errors import STRANGE, ChannelError
from channels.types import (
    ON_PEOPLE,
    Action,
    Attachment,
    Author,
    Blocked,
    Capabilities,
    Incoming,
    IncomingMessage,
    OutgoingFile,
    OutgoingReply,
    Page,
    Removal,
    Route,
    RouteRules,
    SendResult,
)

MB = 1_000_000
MOST_PARENTS = 20
MOST_CONFIRMED = 20  # posts that are not shown and asked for again where they are kept, in one round
MOST_NAMES = 10  # in one answer, that are looked up
SENDING_SLACK = timedelta(minutes=2)  # clocks differ
MAX_DOWNLOAD = 16 * 1024 * 1024
_PICTURES = ("image/jpeg", "image/png", "image/webp")
# Lexicons app.bsky.feed.post and app.bsky.embed.images (2026-09): 300 graphemes, four pictures of a million bytes.
# We count characters, which are as many or more.
_RULES = RouteRules(
    limit=300, splits=True, max_files=4, file_kinds=("image",), file_types={"image": _PICTURES},
    max_file_bytes={"image": MB},
)  # fmt: skip
# What points at a post, and as what it is shown to whom it belongs (app.bsky.feed.defs#viewerState).
_POINTING = {Action.LIKE: LIKE, Action.BOOST: REPOST}
_TAKING = {Action.UNLIKE: (LIKE, "like"), Action.UNBOOST: (REPOST, "repost")}
_SESSION = "com.atproto.server.getSession"


class BlueskyConnector(Connector):
    """The AT Protocol with an app password of the account."""

    platform = "bluesky"
    summary = "Mentions, replies, quotes and private messages"
    streams = ("notifications", "posts", "messages")
    capabilities = Capabilities(
        answers_a_minute=10,
        routes={
            Route.PUBLIC_REPLY: _RULES,
            Route.PRIVATE_MESSAGE: RouteRules(limit=1000),  # chat.bsky.convo.defs#messageInput
            Route.POST: replace(_RULES, splits=False),
        },
        actions=frozenset({*_POINTING, *_TAKING, Action.DELETE_OWN, *ON_PEOPLE}),
        blocks=Blocked.EVERYTHING,
    )
    credential_fields: ClassVar[Sequence[CredentialField]] = (
        CredentialField("handle", "Name", help="As gemeente.bsky.social, or a domain of your own."),
        CredentialField(
            "app_password",
            "App password",
            secret=True,
            help="Settings → Privacy and security → App passwords. Allow it to read direct messages.",
        ),
        CredentialField("server", "Server", required=False, help="Only for accounts that are not on bsky.social."),
    )

    def __init__(self, *, external_id: str, handle: str, credentials: Mapping[str, str]) -> None:
        super().__init__(external_id=external_id, handle=handle, credentials=credentials)
        self.client = BlueskyClient(credentials)

    @classmethod
    def prepare(cls, credentials: Mapping[str, str]) -> Mapping[str, str]:
        """Sign in with what was typed: the password itself is asked for once in two months."""
        return login.sign_in(credentials)

    @classmethod
    def renew(cls, credentials: Mapping[str, str]) -> dict[str, str]:
        """Get access for two more hours."""
        return login.renew(credentials)

    def identify(self) -> AccountProfile:
        """Ask whose access it is."""
        session = self.client.query(_SESSION)
        did = str(session.get("did") or "")
        if not did.startswith("did:") or len(did) > 64:  # noqa: PLR2004  an account's id has room for so much
            raise ChannelError("Bluesky did not say whose access this is.", permanent=True)
        try:
            who = author_of(self.client.query("app.bsky.actor.getProfile", actor=did))
        except STRANGE:
            who = Author(did)
        handle = who.handle or str(session.get("handle") or "")
        return AccountProfile(did, who.name or handle or did, handle, who.avatar_url)

    def inspect(self) -> Inspection:
        """Say what the app password opens."""
        scope = login.scope_of(self.credentials.get("access_token", ""))
        if not scope:
            return Inspection()
        return Inspection(scopes=(scope,), scopes_lacking=() if scope in login.PRIVILEGED else ("chat.bsky",))

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """Fetch a page of notifications, posts or messages. Raises ValueError for another stream."""
        match stream:
            case "notifications":
                return streams.fetch_notifications(self.client, self.external_id, cursor)
            case "posts":
                return streams.fetch_posts(self.client, self.external_id, cursor)
            case "messages":
                return streams.fetch_messages(self.client, self.external_id, cursor)
        raise ValueError(f"Bluesky has no stream {stream}")

    def cursor_from(self, stream: str, moment: datetime) -> Mapping[str, Any]:
        """Return a cursor that reads down to a moment."""
        return {"until": moment.astimezone(UTC).isoformat()}

    def send(self, reply: OutgoingReply) -> SendResult:
        """Put an answer or a post into our repository, or send a private message.

        A post's key is made of the answer's reference: a second try finds the first one there (putRecord, swapRecord).
        """
        if reply.route == Route.PRIVATE_MESSAGE:
            return self._send_private(reply)
        if reply.route not in (Route.PUBLIC_REPLY, Route.POST):
            raise ChannelError(f"Bluesky has no {reply.route}.", permanent=True, reason="forbidden")
        record: dict[str, Any] = {"$type": POST, "text": reply.text, "createdAt": _now()}
        if reply.route == Route.PUBLIC_REPLY:
            record["reply"] = self._refs(reply)
        if facets := facets_of(reply.text, self._resolver()):
            record["facets"] = facets
        if reply.files:
            images = [self._image(file) for file in reply.files]
            record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
        return self._posted(self._put(POST, key_of(reply.reference), record), reply)

    def _posted(self, uri: str, reply: OutgoingReply) -> SendResult:
        thread_id = uri if reply.route == Route.POST else reply.thread_id
        return SendResult(uri, url=web_address(uri, self.handle), thread_id=thread_id)

    def _put(self, collection: str, key: str, record: Mapping[str, Any]) -> str:
        """Put a record where none is, and return its address; of one that is there already, too."""
        body = {
            "repo": self.external_id, "collection": collection, "rkey": key, "record": dict(record), "swapRecord": None,
        }  # fmt: skip
        try:
            made = self.client.procedure("com.atproto.repo.putRecord", body)
        except ChannelError as error:
            if error.code != "bluesky/InvalidSwap":
                raise
            return uri_of(self.external_id, collection, key)
        return str(made.get("uri") or uri_of(self.external_id, collection, key))

    def _refs(self, reply: OutgoingReply) -> dict[str, Any]:
        """The post that is answered and the first of its thread, each by address and content."""
        parent = self._view(reply.reply_to_id)
        viewer, author = _mapping(parent.get("viewer")), _mapping(parent.get("author"))
        if viewer.get("replyDisabled"):
            words = "Its author limits who may answer."
            raise ChannelError(words, permanent=True, code="bluesky/replyDisabled", reason="not_summoned")
        if _mapping(author.get("viewer")).get("blockedBy"):
            raise ChannelError("Its author blocks us.", permanent=True, reason="recipient_unavailable")
        own = {"uri": str(parent.get("uri")), "cid": str(parent.get("cid"))}
        root = _mapping(_mapping(_mapping(parent.get("record")).get("reply")).get("root"))
        known = root.get("uri") and root.get("cid")
        return {"root": {"uri": str(root["uri"]), "cid": str(root["cid"])} if known else own, "parent": own}

    def _view(self, uri: str) -> Mapping[str, Any]:
        found = streams.posts_by_uri(self.client, [uri]).get(uri)
        if found is None:
            raise ChannelError("This post is no longer there.", permanent=True, reason="message_gone")
        return found

    def _resolver(self) -> Any:
        """Look names up as they come, a few; one that is nobody's stays a word."""
        known: dict[str, str] = {}

        def resolve(handle: str) -> str:
            if handle not in known and len(known) < MOST_NAMES:
                try:
                    answer = self.client.query("com.atproto.identity.resolveHandle", handle=handle)
                    known[handle] = str(answer.get("did") or "")
                except ChannelError as error:
                    if not error.permanent:
                        raise
                    known[handle] = ""
            return known.get(handle, "")

        return resolve

    def _image(self, file: OutgoingFile) -> dict[str, Any]:
        """Upload a picture. Never `unknown`: what was uploaded and not posted is seen by nobody."""
        try:
            with Path(file.path).open("rb") as content:
                blob = self.client.upload(content, file.mime_type)
        except ChannelError as error:
            error.unknown = False
            if error.permanent and error.reason == "other":
                error.reason = "media_refused"
            raise
        return {"image": dict(blob), "alt": file.alt_text}

    def _send_private(self, reply: OutgoingReply) -> SendResult:
        convo = self._convo_with(reply.recipient_id)
        message: dict[str, Any] = {"text": reply.text}
        if facets := facets_of(reply.text, self._resolver()):
            message["facets"] = facets
        made = self.client.procedure("chat.bsky.convo.sendMessage", {"convoId": convo, "message": message})
        if not made.get("id"):
            raise ChannelError("Bluesky took the message, but did not say which one it is.", unknown=True)
        return SendResult(str(made["id"]), thread_id=convo)

    def _convo_with(self, did: str) -> str:
        """The conversation with somebody; Bluesky makes one where there is none yet."""
        answer = self.client.query("chat.bsky.convo.getConvoForMembers", members=[did])
        code = str(_mapping(answer.get("convo")).get("id") or "")
        if not code:
            raise ChannelError("Bluesky has no conversation with this person.", permanent=True)
        return code

    def find_sent(self, reply: OutgoingReply) -> SendResult | None:
        """Look for the answer: a post by its key, a message among the newest of its conversation."""
        if reply.route != Route.PRIVATE_MESSAGE:
            uri = uri_of(self.external_id, POST, key_of(reply.reference))
            return (
                self._posted(uri, reply)
                if self._is_kept(Place(self.external_id, POST, key_of(reply.reference)))
                else None
            )
        convo = self._convo_with(reply.recipient_id)
        answer = self.client.query("chat.bsky.convo.getMessages", convoId=convo, limit=streams.MESSAGES)
        for view in objects(answer.get("messages")):
            text, sender = view.get("text"), _mapping(view.get("sender")).get("did")
            if (
                isinstance(text, str)
                and sender == self.external_id
                and str(view.get("id") or "") not in ("", *reply.others)
                and not _is_before(view.get("sentAt"), reply.last_inbound_at)
                and " ".join(readable(text, None).split()) == " ".join(reply.text.split())
            ):
                return SendResult(str(view["id"]), thread_id=convo)
        return None

    def _is_kept(self, place: Place) -> bool:
        """Whether a record stands in its repository, shown or not."""
        try:
            self.client.query("com.atproto.repo.getRecord", repo=place.did, collection=place.collection, rkey=place.key)
        except ChannelError as error:
            if error.reason == "message_gone":
                return False
            raise
        return True

    def act(self, action: Action, external_id: str) -> None:
        """Like or repost a post, delete our own, or block a person: each is a record in our repository."""
        match action:
            case Action.LIKE | Action.BOOST:
                collection, view = _POINTING[action], self._view(external_id)
                subject = {"uri": str(view.get("uri")), "cid": str(view.get("cid"))}
                record = {"$type": collection, "subject": subject, "createdAt": _now()}
                self._put(collection, key_of(f"{action}:{external_id}"), record)
            case Action.UNLIKE | Action.UNBOOST:
                collection, name = _TAKING[action]
                self._delete(str(_mapping(self._view(external_id).get("viewer")).get(name) or ""), collection)
            case Action.DELETE_OWN:
                self._delete(external_id, POST)
            case Action.BLOCK:
                record = {"$type": BLOCK, "subject": external_id, "createdAt": _now()}
                self._put(BLOCK, key_of(f"block:{external_id}"), record)
            case Action.UNBLOCK:
                profile = self.client.query("app.bsky.actor.getProfile", actor=external_id)
                self._delete(str(_mapping(profile.get("viewer")).get("blocking") or ""), BLOCK)
            case _:
                super().act(action, external_id)

    def _delete(self, uri: str, collection: str) -> None:
        """Delete a record of ours. One that is not there is deleted."""
        place = place_of(uri)
        if place is None:
            return
        if place.did != self.external_id or place.collection != collection:
            raise ChannelError("This is not ours to delete.", permanent=True, reason="forbidden")
        body = {"repo": place.did, "collection": collection, "rkey": place.key}
        self.client.procedure("com.atproto.repo.deleteRecord", body)

    def context(self, external_id: str, thread_id: str, parent_id: str) -> Sequence[Incoming]:
        """Return the posts above one, at most the nearest 20, oldest first."""
        answer = self.client.query("app.bsky.feed.getPostThread", uri=external_id, depth=0, parentHeight=MOST_PARENTS)
        found: list[Incoming] = []
        node = _mapping(_mapping(answer.get("thread")).get("parent"))
        while len(found) < MOST_PARENTS and isinstance(node.get("post"), Mapping):
            event = read_post(node["post"], self.external_id, as_context=True)
            if isinstance(event, IncomingMessage):
                found.insert(0, event)
            node = _mapping(node.get("parent"))
        return found

    def check_removed(self, external_ids: Sequence[str]) -> Sequence[Incoming]:
        """Ask for posts by address: what is neither shown nor kept any more was removed. Nothing can be changed there.

        Posts of people who block us are not shown either, so what is missing is looked for where it is kept.
        """
        shown = streams.posts_by_uri(self.client, external_ids)
        missing = [place for uri in external_ids if uri not in shown and (place := place_of(uri))]
        now = timezone.now()
        return [Removal(uri_of(*place), now) for place in missing[:MOST_CONFIRMED] if not self._is_kept(place)]

    def profile(self, author: Author) -> Author:
        """Ask for somebody's name, picture and followers; the same author where Bluesky shows nobody."""
        try:
            return author_of(self.client.query("app.bsky.actor.getProfile", actor=author.external_id))
        except STRANGE:
            return author
        except ChannelError as error:
            if error.permanent:
                return author
            raise

    def open_attachment(self, attachment: Attachment) -> tuple[BinaryIO, str]:
        """Download a picture: servers have theirs where they like, so any public address over https will do."""
        return open_media(attachment.url, max_bytes=MAX_DOWNLOAD, anywhere=True)

    def close(self) -> None:
        """Let go of connections."""
        self.client.close()


def _now() -> str:
    return timezone.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _mapping(item: object) -> Mapping[str, Any]:
    return item if isinstance(item, Mapping) else {}


def _is_before(sent: object, earliest: datetime | None) -> bool:
    try:
        return earliest is not None and moment(sent) < earliest - SENDING_SLACK
    except STRANGE:
        return True
