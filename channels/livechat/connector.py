"""Live chat as a platform: what stands in `ChatMessage` is asked and written, and nothing is called."""

from __future__ import annotations

import hashlib
import re
import secrets as random
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit
from uuid import UUID

from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from channels import secrets
from channels.base import AccountProfile, Connector, CredentialField
from channels.errors import ChannelError
from channels.livechat.normalise import author_of, events_of
from channels.livechat.reach import reach_of
from channels.livechat.unseen import broken_off, unseen_answers
from channels.models import Account, ChatMessage, ChatSite, ChatVisitor
from channels.models.chat import AUTOMATIC, LONGEST, MAIL_ALONE, MOST_BYTES, chat_path
from channels.types import (
    Action,
    Attachment,
    Author,
    Capabilities,
    OutgoingFile,
    OutgoingReply,
    Page,
    Reach,
    Route,
    RouteRules,
    SendResult,
)
from webcare.lib.enqueue import enqueue

MESSAGES = "messages"
AT_ONCE = 100
PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
DOCUMENTS = ("application/pdf", "text/plain")
# Letters, digits, dots, hyphens, a port: what a browser says in Origin.
_ORIGIN = re.compile(r"https?://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[1-9][0-9]{0,4})?")


class LiveChatConnector(Connector):
    """The chat of one account. A visitor's id is its `external_id`, a message's its `code`."""

    platform = "livechat"
    summary = gettext_noop("Conversations on your own site, by a chat window that you paste into it")
    capabilities = Capabilities(
        routes={
            Route.PRIVATE_MESSAGE: RouteRules(
                limit=LONGEST,
                max_files=1,
                file_kinds=("image", "file"),
                file_types={"image": PICTURES, "file": DOCUMENTS},
                max_file_bytes={"image": MOST_BYTES, "file": MOST_BYTES},
                choices=10,
            )
        },
        actions=frozenset({Action.DELETE_OWN}),
        live=True,
    )
    credential_fields = (
        CredentialField("name", gettext_noop("Name"), help=gettext_noop("Stands above the chat: your brand's name.")),
        CredentialField(
            "origin",
            gettext_noop("Address of the site"),
            help=gettext_noop("Where the chat may stand, like https://www.example.nl. More can be added later."),
        ),
    )
    streams = (MESSAGES,)

    def identify(self) -> AccountProfile:
        """Return the chat that these name. Raises ChannelError where the address is none."""
        origin = origin_of(self.credentials["origin"])
        if not origin:
            raise ChannelError(
                "The address must look like https://www.example.nl.", permanent=True, reason="site_address"
            )
        name = self.credentials["name"].strip()
        made = hashlib.sha256(f"{origin} {name.casefold()}".encode()).hexdigest()[:24]
        return AccountProfile(f"chat-{made}", name)

    def subscribe(self) -> str:
        """Make sure that the chat has its settings and its secret."""
        account = Account.objects.get(platform=self.platform, external_id=self.external_id)
        sealed = secrets.seal({"secret": random.token_urlsafe(32)})
        fresh = {"origins": [origin_of(self.credentials["origin"])], "sealed_secret": sealed}
        ChatSite.objects.get_or_create(account=account, defaults=fresh)
        return ""

    def fetch(self, stream: str, cursor: Mapping[str, Any], *, query: str = "") -> Page:
        """Return what the inbox does not know yet. The cursor names what it was told: stored with it, it knows that."""
        note_known(cursor)
        account = self._account()
        rows = ChatMessage.objects.filter(account=account, known__lt=F("news")).select_related("visitor")
        found = list(rows.order_by("pk")[:AT_ONCE])
        events = tuple(event for row in found for event in events_of(row, account.automatic_language))
        told = {str(row.pk): row.news for row in found}
        site = getattr(account, "chat_site", None)
        if site and site.mail_from_id and _has_mail(account.pk):
            enqueue("channels.tasks.mail_chat", account.pk)
        return Page(events, {"told": told} if told else {}, more=len(found) == AT_ONCE)

    def send(self, reply: OutgoingReply) -> SendResult:
        """Put an answer in the chat. The same `reference` twice is one message."""
        visitor = ChatVisitor.objects.filter(external_id=reply.recipient_id, account=self._account()).first()
        if visitor is None:
            raise ChannelError("This visitor was forgotten.", permanent=True, reason="recipient_unavailable")
        told = {AUTOMATIC: True} if reply.automatic else self._told_of(visitor)
        fields: dict[str, Any] = {
            "account_id": visitor.account_id, "is_ours": True, "text": reply.text, "news": 0,
            "choices": [[choice.key, choice.title] for choice in reply.choices], "told": told,
        }  # fmt: skip
        for file in reply.files:
            fields |= _kept(file)
        row, made = ChatMessage.objects.get_or_create(visitor=visitor, client_id=UUID(reply.reference), defaults=fields)
        if not made and (name := fields.get("file")) and name != row.file.name:
            default_storage.delete(name)
        if MAIL_ALONE in row.told:
            enqueue("channels.tasks.mail_chat", visitor.account_id)
        return SendResult(str(row.code))

    def _told_of(self, visitor: ChatVisitor) -> dict[str, bool]:
        """Return what is kept of an answer: that it goes by mail alone. Raises ChannelError where it goes nowhere."""
        reach = reach_of(visitor, getattr(self._account(), "chat_site", None))
        if reach == Reach.UNREACHABLE:
            raise ChannelError(
                "It can only be mailed, and no mailbox can send it.", permanent=True, code="chat/no_mailbox"
            )
        return {MAIL_ALONE: True} if reach == Reach.MAIL_ALONE else {}

    def find_sent(self, reply: OutgoingReply) -> SendResult | None:
        """Look the answer up by our own code."""
        row = ChatMessage.objects.filter(
            account=self._account(), visitor__external_id=reply.recipient_id, client_id=UUID(reply.reference)
        ).first()
        return SendResult(str(row.code)) if row else None

    def act(self, action: Action, external_id: str) -> None:
        """Take an answer of ours back: the widget no longer shows it."""
        now = timezone.now()
        rows = ChatMessage.objects.filter(account=self._account(), code=external_id, is_ours=True, removed_at=None)
        for row in rows:
            row.file.delete(save=False)
        if action == Action.DELETE_OWN:
            rows.update(removed_at=now, changed_at=now, text="", choices=[], file="", filename="")

    def profile(self, author: Author) -> Author:
        """Return a visitor as they are known now."""
        account = self._account()
        visitor = ChatVisitor.objects.filter(external_id=author.external_id, account=account).first()
        return author_of(visitor, account.automatic_language) if visitor else author

    def open_attachment(self, attachment: Attachment) -> tuple[BinaryIO, str]:
        """Open what a visitor sent along."""
        row = ChatMessage.objects.filter(account=self._account(), code=attachment.external_id).first()
        if row is None or not row.file:
            raise ChannelError("The file is gone.", permanent=True, reason="message_gone")
        try:
            return cast("BinaryIO", row.file.open("rb")), row.mime_type
        except FileNotFoundError:
            raise ChannelError("The file is gone.", permanent=True, reason="message_gone") from None

    def _account(self) -> Account:
        rows = Account.objects.filter(platform=self.platform, external_id=self.external_id)
        account: Account | None = rows.select_related("chat_site__mail_from").first()
        if account is None:
            raise ChannelError("This chat is gone.", permanent=True, reason="forbidden")
        return account


def _has_mail(account_id: int) -> bool:
    now = timezone.now()
    return unseen_answers(account_id, now).exists() or broken_off(account_id, now).exists()


def _kept(file: OutgoingFile) -> dict[str, Any]:
    """Keep a file that goes along; return what its row says of it."""
    with Path(file.path).open("rb") as source:
        name = default_storage.save(chat_path(file.mime_type), File(source))
        size = source.seek(0, 2)
    return {"file": name, "filename": file.filename[:255], "mime_type": file.mime_type[:100], "size": size}


def note_known(cursor: Mapping[str, Any]) -> None:
    """Note what the inbox knows: told in `cursor`, and stored with it."""
    told = cursor.get("told")
    for pk, news in told.items() if isinstance(told, Mapping) else ():
        ChatMessage.objects.filter(pk=int(pk), known__lt=news).update(known=news)


def origin_of(address: str) -> str:
    """Return an address's origin as a browser says it; "" for what is none, or is not safe."""
    try:
        parts = urlsplit(address.strip().lower())
        port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
        origin = f"{parts.scheme}://{(parts.hostname or '').encode('idna').decode()}{port}"
    except (ValueError, UnicodeError):
        return ""
    is_here = parts.hostname in ("localhost", "127.0.0.1")
    return origin if _ORIGIN.fullmatch(origin) and (parts.scheme == "https" or is_here) else ""
