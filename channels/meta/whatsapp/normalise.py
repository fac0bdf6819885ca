"""From WhatsApp's webhooks to our events. Pure: no network, no database.

Source: WhatsApp Business Platform, Cloud API webhooks reference (fields messages, smb_message_echoes, user_id_update).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from channels.meta.errors import error_from, sentence_of
from channels.meta.messaging import REFERENCE
from channels.meta.payloads import Entry, entries, read_items
from channels.meta.whatsapp.news import FIELDS, read_news
from channels.meta.whatsapp.numbers import spellings
from channels.meta.whatsapp.parts import KNOWN, picked_in, read_parts
from channels.meta.whatsapp.payloads import (
    Contact,
    MessagePayload,
    Metadata,
    Status,
)
from channels.types import (
    Author,
    DeliveryReport,
    Direction,
    Edit,
    IdentityChange,
    Incoming,
    IncomingMessage,
    NotUnderstood,
    Reaction,
    Removal,
    Visibility,
)

GROUP = "a message in a WhatsApp group"
STATUSES = {"sent": "sent", "delivered": "delivered", "read": "read", "played": "read", "failed": "failed"}


def read_webhook(body: Mapping[str, Any]) -> Iterator[tuple[str, Incoming]]:
    """Yield (phone number id, event) for every item of a body of object `whatsapp_business_account`."""
    for entry in entries(body):
        if isinstance(entry, NotUnderstood):
            yield "", entry
            continue
        if not entry.changes:
            yield "", NotUnderstood("an entry with nothing in it", {"entry": entry.model_dump(mode="json")})
        for change in entry.changes:
            yield from _read_change(change, entry)


def _read_change(change: Any, entry: Entry) -> Iterator[tuple[str, Incoming]]:
    """Each value names the number it concerns; what concerns the whole account goes under the account's id."""
    value = change.get("value") if isinstance(change, Mapping) else None
    if not isinstance(value, Mapping):
        yield entry.id, NotUnderstood("a change without a value", {"change": change})
        return
    account = _number_of(value) or entry.id
    field = change.get("field")
    if isinstance(field, str) and field in FIELDS:
        yield account, read_news(field, value, entry.time)
        return
    people = list(_contacts(value))
    understood = False
    for name, read in READERS.items():
        items = value.get(name)
        if isinstance(items, list) and items:
            understood = True
            for event in read_items(items, partial(read, people=people)):
                yield account, event
    if not understood:
        yield account, NotUnderstood(f"a change of field {field}", dict(change))


def _number_of(value: Mapping[str, Any]) -> str:
    try:
        return Metadata.model_validate(value.get("metadata")).phone_number_id
    except ValueError:
        return ""


def _contacts(value: Mapping[str, Any]) -> Iterator[Contact]:
    contacts = value.get("contacts")
    for raw in contacts if isinstance(contacts, list) else []:
        try:
            yield Contact.model_validate(raw)
        except ValueError:
            continue


def _inbound(item: Mapping[str, Any], people: list[Contact]) -> Iterator[Incoming]:
    message = MessagePayload.model_validate(item)
    if _is_in_group(item) and message.type != "revoke":
        yield NotUnderstood(GROUP, dict(item))
        return
    author = _who(message.from_, message.from_user_id or message.user_id, people)
    if message.type == "reaction":
        payload = item["reaction"]
        if author is None:
            raise ValueError("a reaction of nobody")
        yield Reaction(str(payload["message_id"]), author, str(payload.get("emoji") or ""), message.timestamp)
    elif message.type == "edit":
        yield _edit(item, message)
    elif message.type == "revoke":
        yield Removal(str(item["revoke"]["original_message_id"]), message.timestamp)
    elif message.type == "system":
        yield _system(item, message, author)
    else:
        yield _message(item, message, author, ours=False)


def _is_in_group(item: Mapping[str, Any]) -> bool:
    """Whether it was said to a group: never to be mixed with what the same person says to us alone."""
    return bool(item.get("group_id")) or item.get("recipient_type") == "group"


def _echo(item: Mapping[str, Any], people: list[Contact]) -> Iterator[Incoming]:
    """What a colleague typed in the WhatsApp Business app on a number used in both places."""
    message = MessagePayload.model_validate(item)
    if _is_in_group(item) and message.type != "revoke":
        yield NotUnderstood(GROUP, dict(item))
        return
    if message.type == "revoke":
        yield Removal(str(item["revoke"]["original_message_id"]), message.timestamp)
    elif message.type == "edit":
        yield _edit(item, message)
    elif message.type == "reaction":
        payload = item["reaction"]
        yield Reaction(str(payload["message_id"]), None, str(payload.get("emoji") or ""), message.timestamp)
    else:
        yield _message(item, message, _who(message.to, message.to_user_id, people), ours=True)


def _edit(item: Mapping[str, Any], message: MessagePayload) -> Edit:
    """New words of a message, or of its caption; that it was edited counts where they cannot be read."""
    new = item["edit"].get("message")
    try:
        text = read_parts(new).text if isinstance(new, Mapping) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        text = None
    return Edit(str(item["edit"]["original_message_id"]), text, message.timestamp)


def _message(
    item: Mapping[str, Any], message: MessagePayload, customer: Author | None, *, ours: bool
) -> IncomingMessage:
    parts = read_parts(item)
    return IncomingMessage(
        external_id=message.id,
        kind="dm" if message.type in KNOWN else "unsupported",
        direction=Direction.OUTBOUND if ours else Direction.INBOUND,
        visibility=Visibility.PRIVATE,
        sent_at=message.timestamp,
        text=parts.text or "",
        text_missing=parts.text is None,
        author=None if ours else customer,
        customer=customer,
        parent_id=message.context.id if message.context else "",
        attachments=parts.attachments,
        shown=parts.shown,
        choice="" if ours else picked_in(item),
        opens_window=not ours,
        raw=dict(item),
    )


def _who(number: str, user_id: str, people: list[Contact]) -> Author | None:
    """Return who it is: known by number where there is one, since that is what can be written to everywhere."""
    for person in people:
        if (number and person.wa_id == number) or (user_id and person.user_id == user_id):
            return author(
                person.wa_id or number, person.user_id or user_id, person.profile.name, person.profile.username
            )
    alone = people[0] if len(people) == 1 and not (number or user_id) else Contact()
    return author(number or alone.wa_id, user_id or alone.user_id, alone.profile.name, alone.profile.username)


def author(number: str, user_id: str, name: str = "", username: str = "") -> Author | None:
    """Return a person by number, else by business-scoped user id; None where neither is told."""
    digits = number.lstrip("+")
    if not (digits or user_id):
        return None
    also = (*((user_id,) if digits and user_id else ()), *spellings(digits))
    # A name that is only the number tells no name.
    name = "" if digits and re.sub(r"[\s+()-]", "", name) == digits else name
    return Author(digits or user_id, name, username, phone=f"+{digits}" if digits else "", also=also)


def _system(item: Mapping[str, Any], message: MessagePayload, who: Author | None) -> Incoming:
    """The customer's number changed: `wa_id` (once: `new_wa_id`) is the new one, `user_id` the new scoped id."""
    payload = item["system"]
    new = author(
        str(payload.get("wa_id") or payload.get("new_wa_id") or ""),
        str(payload.get("user_id") or ""),
        who.name if who else "",
    )
    if who is None or new is None or new.external_id == who.external_id:
        return NotUnderstood(f"a system message: {payload.get('type') or 'of no type'}", dict(item))
    return IdentityChange(who.external_id, new, message.timestamp)


def _new_user_id(item: Mapping[str, Any], people: list[Contact]) -> Iterator[Incoming]:
    change = item["user_id"]
    before, now = str(change["previous"]), str(change["current"])
    number = str(item.get("wa_id") or "")
    known = _who(number, now, people) or author(number, now)
    at = MessagePayload.model_validate({"id": "-", "type": "-", "timestamp": item["timestamp"]}).timestamp
    if known is None or known.external_id == before:
        raise ValueError("a change to the same id")
    yield IdentityChange(before, known, at)


def _status(item: Mapping[str, Any], people: list[Contact]) -> Iterator[Incoming]:
    status = Status.model_validate(item)
    if status.status not in STATUSES:
        yield NotUnderstood(f"a status: {status.status}", dict(item))
        return
    error = status.errors[0] if status.errors else None
    reference = status.biz_opaque_callback_data
    yield DeliveryReport(
        STATUSES[status.status],
        status.timestamp,
        external_id=status.id,
        reference=reference if REFERENCE.fullmatch(reference) else "",
        customer_id=status.recipient_id or status.recipient_user_id,
        error_code=str(error.code) if error else "",
        error=sentence_of(error.model_dump()) if error else "",
        reason=error_from(error.model_dump()).reason if error else "other",
    )


def _trouble(item: Mapping[str, Any], people: list[Contact]) -> Iterator[Incoming]:
    yield NotUnderstood(f"WhatsApp reports: {sentence_of(item)}", dict(item))


READERS: dict[str, Callable[..., Iterator[Incoming]]] = {
    "messages": _inbound,
    "message_echoes": _echo,
    "statuses": _status,
    "user_id_update": _new_user_id,
    "errors": _trouble,
}
