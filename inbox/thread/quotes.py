"""What a private message quotes: the message it answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Left

from channels.platforms import platform_of
from channels.types import ShownKind, Visibility
from inbox.models import Message
from inbox.thread.file_words import content_of
from inbox.thread.seen_by_customer import MOST
from webcare.lib import masks


@dataclass(frozen=True, slots=True)
class Quote:
    """The message that a private one answers. Without `code` we do not have it."""

    code: str = ""
    conversation: str = ""
    name: str = ""
    text: str = ""
    content: str = ""  # what it is, where it has no words
    at: datetime | None = None
    is_removed: bool = False
    is_here: bool = False  # on this page


def quotable(messages: Sequence[Message], closed: Collection[int]) -> Sequence[Mapping[str, Any]]:
    """Return what private messages name as the ones they answer, as far as we have them, by index.

    What teams have that are `closed` to the reader is not quoted.
    """
    named = {message.parent_external_id for message in messages if _may_quote(message)}
    if not named:
        return []
    found = Message.objects.filter(
        Q(external_id__in=named) | Q(first_external_id__in=named),
        account__in={message.account_id for message in messages},
        visibility=Visibility.PRIVATE,
        conversation__isnull=False,
    )
    if closed:
        found = found.exclude(conversation__team__in=closed)
    return list(
        found.values(
            "id", "code", "account_id", "external_id", "first_external_id", "direction", "kind", "shown", "sent_at",
            "removed_at", conversation_code=F("conversation__code"), words_said=Left("text", 200),
            account_name=F("account__name"), author_name=F("author__first_name"), name=F("identity__name"),
            handle=F("identity__handle"), phone=F("identity__phone"), platform=F("account__platform"),
        )
    )  # fmt: skip


def quoted_by(
    message: Message, quotes: Sequence[Mapping[str, Any]], files: Mapping[int, Sequence[Mapping[str, Any]]]
) -> dict[str, Any] | None:
    """Return what a message quotes, of what `quotable` found, with the kinds of its `files`; None where nothing."""
    named = message.parent_external_id
    for quote in quotes if _may_quote(message) else ():
        if quote["account_id"] == message.account_id and named in (quote["external_id"], quote["first_external_id"]):
            return {**quote, "files": [file["kind"] for file in files.get(quote["id"], ())[:MOST]]}
    return None


def _may_quote(message: Message) -> bool:
    """Whether a message is private, names another, and was not written in Webcare."""
    ours = message.direction == Message.Direction.OUTBOUND and (message.author_id is not None or message.automatic)
    return bool(message.parent_external_id) and message.visibility == Visibility.PRIVATE and not ours


def quote_of(message: Message, shown_codes: Collection[str]) -> Quote | None:
    """Return what a private message quotes; None where it quotes nothing, or is an answer written in Webcare."""
    if not _may_quote(message):
        return None
    if not message.quoted:  # type: ignore[attr-defined]  # annotated
        # The seller's own list of products is what such a message points at.
        return None if any(part.get("kind") == ShownKind.PRODUCT for part in message.shown) else Quote()
    quoted = message.quoted  # type: ignore[attr-defined]  # annotated
    is_address = platform_of(quoted["platform"]).handles_are_addresses
    handle = masks.handle(quoted["handle"] or "", is_address=is_address) or masks.number(quoted["phone"] or "")
    by_customer = quoted["direction"] == Message.Direction.INBOUND
    return Quote(
        code=str(quoted["code"]),
        conversation=str(quoted["conversation_code"]),
        name=(quoted["name"] or handle or "") if by_customer else quoted["author_name"] or quoted["account_name"],
        text=quoted["words_said"],
        content="" if quoted["words_said"] else content_of(quoted["kind"], quoted["shown"], quoted["files"]),
        at=quoted["sent_at"],
        is_removed=bool(quoted["removed_at"]),
        is_here=str(quoted["code"]) in shown_codes,
    )
