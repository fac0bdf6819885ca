"""What platforms tell, made fit to store: each text cleaned and cut to its column, each time and number in range.

What lacks a storable id or a time is set aside alone, with its body.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, cast

from django.db import models

from channels.models import UnreadItem
from channels.types import (
    Attachment,
    Author,
    DeliveryReport,
    Edit,
    Hidden,
    IdentityChange,
    Incoming,
    IncomingMessage,
    NotUnderstood,
    Reaction,
    Removal,
    Shown,
)
from inbox import models as inbox
from inbox.thread import seen_by_customer
from webcare.lib.text import clean, clean_json

T = TypeVar("T", bound=object)

LONGEST_TEXT = 65_536  # characters, as many as WhatsApp sends; PostgreSQL indexes no more than 1 MB of words
LONGEST_NOTE = 10_000  # of a description or an error
MOST_PARTS = 100  # files of a message, or answers in a form
_NAMED = (IncomingMessage, Author)  # what nothing can be told of without an id
_YEARS = range(1990, 2101)
_LARGEST = {"followers": 2**31 - 1, "size": 2**63 - 1}


class Unstorable(ValueError):
    """Something that cannot be stored, and cannot be cut either."""


def _columns(model: type[models.Model], *names: str, **others: str) -> dict[str, int]:
    """Return how long each text may be, as the columns have it. `others` have a column of another name."""
    named = {name: name for name in names} | others
    columns = {
        name: cast("models.CharField[Any, Any]", model._meta.get_field(column)) for name, column in named.items()
    }
    return {name: column.max_length or 0 for name, column in columns.items()}


_MESSAGE = _columns(inbox.Message, "external_id", "first_external_id", "thread_id", parent_id="parent_external_id")
_NEWS = _columns(inbox.EarlyEvent, "external_id", new_external_id="external_id", customer_id="external_id")
# How long each text may be. One that is not named may have any length.
_LONGEST: dict[type[Any], dict[str, int]] = {
    IncomingMessage: _MESSAGE
    | _columns(inbox.Message, "kind", "permalink", reference="external_id")
    | {"text": LONGEST_TEXT},
    Attachment: _columns(inbox.Attachment, "kind", "external_id", "mime_type", "filename")
    | {"alt_text": LONGEST_NOTE, "lost": LONGEST_NOTE, "text": LONGEST_NOTE, "url": LONGEST_NOTE},
    Author: _columns(
        inbox.Identity, "external_id", "name", "handle", "phone", "avatar_url", "location", also="external_id"
    ),
    Shown: seen_by_customer.LONGEST | {"answers": seen_by_customer.LONGEST["words"]},
    Edit: _NEWS | {"text": LONGEST_TEXT},
    Removal: _NEWS,
    Hidden: _NEWS,
    Reaction: _NEWS | _columns(inbox.Reaction, "emoji"),
    DeliveryReport: _NEWS
    | _columns(inbox.Message, "error_code", reason="error_reason", reference="external_id")
    | {"error": LONGEST_NOTE},
    IdentityChange: _columns(inbox.FormerId, old_external_id="external_id"),
    NotUnderstood: _columns(UnreadItem, "reason"),
}
# Cut, these would lead to somebody or something else: without one its owner cannot be stored …
_OWN_IDS = frozenset({"external_id", "first_external_id", "new_external_id", "old_external_id"})
# … and without one of these it can.
_UNCUT = frozenset({"also", "parent_id", "thread_id", "reference", "customer_id", "permalink", "avatar_url", "url"})


def cleaned(event: Incoming) -> Incoming:
    """Return what was told as it can be stored; NotUnderstood, with its body, where that is not possible."""
    try:
        return _cleaned(event)
    except Unstorable as error:
        return set_aside(event, str(error))


def cleaned_author(author: Author) -> Author:
    """Return a person as they can be stored. Raises Unstorable for an id that is too long."""
    return _cleaned(author)


def fitting_id(external_id: str) -> str:
    """Return an id as it can be stored; "" for one that cannot."""
    return _fit_text(IncomingMessage, "thread_id", external_id)


def set_aside(event: Incoming, reason: str) -> NotUnderstood:
    """Return what is kept of an event that cannot be stored as what it is."""
    body = getattr(event, "raw", None) or dataclasses.asdict(event)
    kind = type(event).__name__
    return NotUnderstood(clean(f"{kind}: {reason}")[: _LONGEST[NotUnderstood]["reason"]], clean_json(body))


def _cleaned(event: T) -> T:
    changes: dict[str, Any] = {}
    kind = cast("Any", type(event))
    for name in _names(kind):
        value = getattr(event, name)
        if not value and name != "external_id":
            continue
        fit = _fit(kind, name, value)
        if fit is not value:
            changes[name] = fit
    return dataclasses.replace(event, **changes) if changes else event  # type: ignore[type-var]  # as above


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def _fit(owner: type[Any], name: str, value: Any) -> Any:
    match value:
        case str():
            return _fit_text(owner, name, value)
        case datetime():
            if value.year not in _YEARS:
                raise Unstorable(f"{name} out of range")
        case Author():
            return _cleaned(value)
        case tuple():
            parts = [_fit_part(owner, name, part) for part in value[:MOST_PARTS]]
            return tuple(part for part in parts if part or name != "also")
        case Mapping():
            return clean_json(value)
        case bool():
            return value
        case int() | float():
            return min(value, _LARGEST[name]) if isinstance(value, int) and value >= 0 else None
    return value


def _fit_part(owner: type[Any], name: str, value: Any) -> Any:
    return _cleaned(value) if dataclasses.is_dataclass(value) else _fit(owner, name, value)


def _fit_text(owner: type[Any], name: str, value: str) -> str:
    text = clean(value)
    if not text and name == "external_id" and owner in _NAMED:
        raise Unstorable("no id")
    longest = _LONGEST.get(owner, {}).get(name)
    if longest is None or len(text) <= longest:
        return text
    if owner is Attachment and name == "external_id":
        return ""
    if name in _OWN_IDS:
        raise Unstorable(f"{name} too long")
    if name in _UNCUT:
        return ""
    return text[: longest - 1] + "…" if name == "text" else text[:longest]
