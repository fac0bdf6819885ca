"""One Mastodon account: what is said to it on its server, and how an answer gets there."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, BinaryIO, ClassVar

from django.utils import timezone

from channels.base import AccountProfile, Connector, CredentialField, Inspection
from channels.downloads import open_media
from channels.errors import ChannelError
from channels.mastodon import limits, streams
from channels.mastodon.client import MastodonClient
from channels.mastodon.media import upload
from channels.mastodon.normalise import (
    OPEN,
    author_of,
    domain_of,
    full_acct,
    moment,
    objects,
    read_status,
    words_of,
)
from channels.mastodon.words import addressed, addressed_privately, comparable
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
    SendResult,
    Visibility,
)

log = logging.getLogger(__name__)

MB = 1024 * 1024
MOST_PARENTS = 20
LOOKUP = 20  # statuses in one question
MOST_SINGLE = 20  # that are looked up one by one, where a server does not give several (Mastodon before 4.3)
LOOKED_THROUGH = 5  # pages of what we posted
SENDING_SLACK = timedelta(minutes=2)  # clocks differ
MAX_DOWNLOAD = 64 * MB
LONGEST_ID = 64
# What a token has to allow; "read" and "write" allow all below them. Mastodon API, "OAuth scopes" (2026-09).
SCOPES = (
    *("read:accounts", "read:notifications", "read:statuses"),
    *("write:statuses", "write:media", "write:favourites", "write:blocks"),
)
_CALLS = {
    Action.LIKE: "status_favourite",
    Action.UNLIKE: "status_unfavourite",
    Action.BOOST: "status_reblog",
    Action.UNBOOST: "status_unreblog",
    Action.DELETE_OWN: "status_delete",
}
_USUAL = Capabilities(answers_a_minute=10, routes={}, actions=frozenset(_CALLS) | ON_PEOPLE, blocks=Blocked.EVERYTHING)


class MastodonConnector(Connector):
    """The Mastodon API through Mastodon.py, with an access token of the account's own server."""

    platform = "mastodon"
    summary = "Mentions, replies and private messages, from everywhere in the fediverse"
    streams = ("notifications", "statuses")
    capabilities = limits.capabilities_with(_USUAL, None)
    credential_fields: ClassVar[Sequence[CredentialField]] = (
        CredentialField("instance", "Server", help="Where the account is at home, as mastodon.example."),
        CredentialField(
            "access_token",
            "Access token",
            secret=True,
            help="On that server: Preferences → Development → New application, with the scopes read and write.",
        ),
    )

    def __init__(self, *, external_id: str, handle: str, credentials: Mapping[str, str]) -> None:
        super().__init__(external_id=external_id, handle=handle, credentials=credentials)
        self.client = MastodonClient(credentials)
        self._local_id = ""

    def identify(self) -> AccountProfile:
        """Ask whose token it is, and what it may do."""
        account = self._own_account()
        who = author_of(account, self._domain())
        if "@" not in who.external_id or len(who.external_id) > LONGEST_ID:
            raise ChannelError("The server did not say whose token it is.", permanent=True)
        lacking = self.inspect().scopes_lacking
        if lacking:
            raise ChannelError(f"The token lacks {', '.join(lacking)}.", permanent=True, code="mastodon/scopes")
        return AccountProfile(who.external_id, who.name, who.handle, who.avatar_url, limits.limits_of(self._instance))

    @classmethod
    def capabilities_with(cls, limits_: Mapping[str, Any] | None) -> Capabilities:
        """Return what an account can do on a server with these limits."""
        return limits.capabilities_with(_USUAL, limits_)

    @cached_property
    def _instance(self) -> Any:
        try:
            return self.client.ask("instance_v2")
        except ChannelError as error:
            if error.reason != "message_gone":
                raise
            return self.client.ask("instance_v1")  # before Mastodon 4, and software of others

    def _domain(self) -> str:
        """The name behind those who are at home there, which may be another than the server's address."""
        instance = self._instance
        name = "domain" if isinstance(instance, Mapping) and "domain" in instance else "uri"
        found = str(instance.get(name) or "") if isinstance(instance, Mapping) else ""
        return found.partition("://")[2].strip("/") if "://" in found else found

    def inspect(self) -> Inspection:
        """Say what our app may do there. Servers before Mastodon 4.3 do not tell."""
        try:
            app = self.client.ask("app_verify_credentials")
        except ChannelError as error:
            if error.reason != "message_gone":
                raise
            return Inspection()
        scopes = app.get("scopes") if isinstance(app, Mapping) else None
        if not isinstance(scopes, list):
            return Inspection()
        granted = tuple(str(scope) for scope in scopes)
        lacking = tuple(scope for scope in SCOPES if not {scope, scope.partition(":")[0]} & set(granted))
        return Inspection(scopes=granted, scopes_lacking=lacking)

    def _own_account(self) -> Mapping[str, Any]:
        account = self.client.ask("account_verify_credentials")
        if not isinstance(account, Mapping) or not account.get("id"):
            raise ChannelError("The server did not say whose token it is.", permanent=True)
        self._local_id = str(account["id"])
        return account

    @property
    def local_id(self) -> str:
        """Our account's number on its server, asked for once."""
        if not self._local_id:
            self._own_account()
        return self._local_id

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """Fetch a page of notifications or of our own statuses. Raises ValueError for another stream."""
        if stream == "notifications":
            return streams.fetch_notifications(self.client, self.external_id, cursor)
        if stream == "statuses":
            # The number is kept in the cursor: it never changes.
            local_id = str(cursor.get("own") or self.local_id)
            page = streams.fetch_statuses(self.client, self.external_id, local_id, cursor)
            return replace(page, cursor={**page.cursor, "own": local_id})
        raise ValueError(f"Mastodon has no stream {stream}")

    def cursor_from(self, stream: str, moment: datetime) -> Mapping[str, Any]:
        """Return a cursor that reads down to a moment."""
        return {"until": moment.astimezone(UTC).isoformat()}

    def send(self, reply: OutgoingReply) -> SendResult:
        """Post an answer, to all or to one person, or a post of our own.

        The answer's reference is its Idempotency-Key: sent again within the hour it is the same post.
        """
        if reply.route not in (Route.PUBLIC_REPLY, Route.PRIVATE_MESSAGE, Route.POST):
            raise ChannelError(f"Mastodon has no {reply.route}.", permanent=True, reason="forbidden")
        private, answered = reply.route == Route.PRIVATE_MESSAGE, self._answered(reply)
        handle = "" if reply.route == Route.POST else self._recipient(reply)
        made = self.client.ask(
            "status_post",
            _words(reply, handle),
            in_reply_to_id=str(answered["id"]) if answered else None,
            media_ids=upload(self.client, reply.files) or None,
            visibility=_visibility(reply, answered),
            idempotency_key=reply.reference,
        )
        external_id = str(made.get("id") or "") if isinstance(made, Mapping) else ""
        if not external_id:
            raise ChannelError("Mastodon took the post, but did not say which one it is.", unknown=True)
        if private:
            self._refuse_unreached(made, external_id, reply, handle)
        return self._result(made, reply)

    def _result(self, made: Mapping[str, Any], reply: OutgoingReply) -> SendResult:
        external_id = str(made["id"])
        thread_id = external_id if reply.route == Route.POST else reply.thread_id
        return SendResult(external_id, url=str(made.get("url") or ""), thread_id=thread_id)

    def _answered(self, reply: OutgoingReply) -> Mapping[str, Any] | None:
        """The status that is answered, as it is now; None where there is none. A private answer can do without."""
        if not reply.reply_to_id or reply.route == Route.POST:
            return None
        try:
            found = self.client.ask("status", reply.reply_to_id)
        except ChannelError as error:
            if reply.route == Route.PRIVATE_MESSAGE and error.reason == "message_gone":
                return None
            raise
        return found if isinstance(found, Mapping) and found.get("id") else None

    def _recipient(self, reply: OutgoingReply) -> str:
        """Whom an answer is for, as `user@instance`: without a name in its words it reaches nobody."""
        handle = full_acct(reply.recipient_handle or reply.recipient_id, domain_of(self.external_id))
        if "@" not in handle or handle.startswith("@"):
            raise ChannelError("It is not known whom this is for.", permanent=True, reason="recipient_unavailable")
        return handle

    def _refuse_unreached(self, made: Mapping[str, Any], external_id: str, reply: OutgoingReply, handle: str) -> None:
        """Take a private post back that names nobody there: it would stand in our own list only, as if it were said."""
        domain = domain_of(self.external_id)
        reached = {
            full_acct(str(mentioned.get("acct") or ""), domain).lower() for mentioned in objects(made.get("mentions"))
        }
        if reached & {handle.lower(), reply.recipient_id.lower()}:
            return
        try:
            self.client.ask("status_delete", external_id)
        except ChannelError:
            log.warning("A private post that reached nobody could not be taken back.")
        raise ChannelError("The server knows nobody of that name.", permanent=True, reason="recipient_unavailable")

    def find_sent(self, reply: OutgoingReply) -> SendResult | None:
        """Look for the answer among what we posted since it was to leave."""
        handle = "" if reply.route == Route.POST else self._recipient(reply)
        words, place = comparable(_words(reply, handle)), dict[str, str]()
        for _turn in range(LOOKED_THROUGH):
            items = objects(
                self.client.ask(
                    "account_statuses", self.local_id, exclude_reblogs=True, limit=streams.STATUSES, **place
                )
            )
            for item in items:
                if _is_this(item, reply, words):
                    return self._result(item, reply)
            if not items or _is_before(items[-1], reply.tried_at or reply.last_inbound_at):
                return None
            place = {"max_id": str(items[-1].get("id") or "")}
        raise ChannelError("There are more posts than are looked through.", unknown=True)

    def act(self, action: Action, external_id: str) -> None:
        """Favour, boost or delete a post, or block a person, everything of theirs."""
        if action in ON_PEOPLE:
            person = self._look_up(external_id)
            self.client.ask(f"account_{action}", str(person.get("id") or ""))
            return
        if action not in _CALLS:
            super().act(action, external_id)
        self.client.ask(_CALLS[action], external_id)

    def _look_up(self, acct: str) -> Mapping[str, Any]:
        found = self.client.ask("account_lookup", acct)
        if not isinstance(found, Mapping) or not found.get("id"):
            raise ChannelError("The server knows nobody of that name.", permanent=True, reason="message_gone")
        return found

    def context(self, external_id: str, thread_id: str, parent_id: str) -> Sequence[Incoming]:
        """Return the public posts above one, at most the nearest 20, oldest first."""
        answer = self.client.ask("status_context", external_id)
        above = objects(answer.get("ancestors")) if isinstance(answer, Mapping) else []
        read = [read_status(item, self.external_id, as_context=True) for item in above[-MOST_PARENTS:]]
        return [
            replace(event, thread_id=thread_id or event.thread_id) if event.direction == "context" else event
            for event in read
            if isinstance(event, IncomingMessage) and event.visibility == Visibility.PUBLIC
        ]

    def check_removed(self, external_ids: Sequence[str]) -> Sequence[Incoming]:
        """Ask for statuses by id: what does not come back is gone, what was changed says when.

        Mastodon tells by notification only of changes to what we boosted.
        """
        events: list[Incoming] = []
        for start in range(0, len(external_ids), LOOKUP):
            some = external_ids[start : start + LOOKUP]
            try:
                found = self.client.ask("statuses", list(some))
            except ChannelError as error:
                if error.reason != "message_gone":
                    raise
                return [*events, *self._changes_one_by_one(external_ids[start:])]
            events += self._changes(some, objects(found))
            if self.client.next_call() is not None:
                break  # the rest of the window's calls is for answers
        return events

    def _changes_one_by_one(self, ids: Sequence[str]) -> list[Incoming]:
        """Ask a server that does not give several at once: some of them, so that over the hours each has its turn."""
        events: list[Incoming] = []
        for status_id in random.sample(list(ids), min(len(ids), MOST_SINGLE)):
            try:
                found = [self.client.ask("status", status_id)]
            except ChannelError as error:
                if error.reason != "message_gone":
                    raise
                found = []
            events += self._changes([status_id], objects(found))
        return events

    def _changes(self, ids: Sequence[str], found: Sequence[Mapping[str, Any]]) -> list[Incoming]:
        shown = [read_status(item, self.external_id) for item in found]
        messages = {one.external_id: one for one in shown if isinstance(one, IncomingMessage)}
        present, now = {str(item.get("id") or "") for item in found}, timezone.now()
        return [
            *(Removal(one, now) for one in ids if one not in present),
            *(
                Edit(one.external_id, None if one.text_missing else one.text, one.edited_at)
                for one in messages.values()
                if one.edited_at is not None and one.external_id in ids
            ),
        ]

    def profile(self, author: Author) -> Author:
        """Ask for somebody's name, picture and followers; the same author where the server shows nobody."""
        try:
            return author_of(self._look_up(author.external_id), domain_of(self.external_id))
        except ChannelError as error:
            if error.reason == "message_gone":
                return author
            raise

    def open_attachment(self, attachment: Attachment) -> tuple[BinaryIO, str]:
        """Download a file: each server keeps its files where it likes, so any public address over https will do."""
        return open_media(attachment.url, max_bytes=MAX_DOWNLOAD, anywhere=True)

    def close(self) -> None:
        """Let go of connections."""
        self.client.close()


def _words(reply: OutgoingReply, handle: str) -> str:
    if not handle:
        return reply.text
    return (addressed_privately if reply.route == Route.PRIVATE_MESSAGE else addressed)(reply.text, handle)


def _visibility(reply: OutgoingReply, answered: Mapping[str, Any] | None) -> str:
    """Who sees an answer: in private only who is named, in public those who saw what it answers."""
    if reply.route == Route.PRIVATE_MESSAGE:
        return "direct"
    if answered is None:
        return "public"
    visibility = str(answered.get("visibility") or "")
    if visibility not in OPEN:
        raise ChannelError("What this answers is not public.", permanent=True, reason="forbidden")
    return visibility


def _is_this(item: Mapping[str, Any], reply: OutgoingReply, words: str) -> bool:
    private, parent = reply.route == Route.PRIVATE_MESSAGE, str(item.get("in_reply_to_id") or "")
    return (
        str(item.get("id") or "") not in ("", *reply.others)
        and (item.get("visibility") not in OPEN) == private
        and (parent == reply.reply_to_id or (private and not parent))
        and not _is_before(item, reply.last_inbound_at)
        and comparable(words_of({**item, "spoiler_text": "", "poll": None})) == words
    )


def _is_before(item: Mapping[str, Any], earliest: datetime | None) -> bool:
    try:
        return earliest is not None and moment(item.get("created_at")) < earliest - SENDING_SLACK
    except (TypeError, ValueError):
        return True
