"""Shapes shared by what Meta sends: tolerant of fields we do not know, strict about the few we cannot do without."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from channels.errors import STRANGE
from channels.types import Incoming, IncomingMessage, NotUnderstood


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


# Meta tells time as ISO text with "+0000", as seconds, as text of seconds, or as milliseconds; pydantic reads each of
# them.
Moment = Annotated[datetime, AfterValidator(_utc)]


class Payload(BaseModel):
    """Base of all shapes: ids may come as numbers, null is as good as absent, unknown fields are ignored."""

    model_config = ConfigDict(
        extra="ignore", coerce_numbers_to_str=True, populate_by_name=True, hide_input_in_errors=True
    )

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, payload: Any) -> Any:
        return (
            {key: value for key, value in payload.items() if value is not None}
            if isinstance(payload, Mapping)
            else payload
        )

    def tells(self, field: str) -> bool:
        """Whether the platform told this field: an empty text is told, an absent one or null is not."""
        return field in self.model_fields_set


class Person(Payload):
    """Who wrote something, or to whom."""

    id: str = ""
    name: str = ""
    username: str = ""


def _zero_is_absent(value: Any) -> Any:
    return value or None


class Entry(Payload):
    """One entry of a webhook body. Items stay raw: each is read by itself, so that a bad one spoils no other."""

    id: str
    time: Annotated[Moment | None, BeforeValidator(_zero_is_absent)] = None
    changes: list[Any] = Field(default_factory=list)
    messaging: list[Any] = Field(default_factory=list)
    standby: list[Any] = Field(default_factory=list)


def entries(body: Mapping[str, Any]) -> Iterator[Entry | NotUnderstood]:
    """Yield the entries of a webhook body; a body or an entry that is none is yielded as not understood."""
    found = body.get("entry")
    if not isinstance(found, list):
        yield NotUnderstood("no entries", body)
        return
    for raw in found:
        try:
            yield Entry.model_validate(raw)
        except ValueError:
            yield NotUnderstood("an entry without an id", {"object": body.get("object"), "entry": [raw]})


def read_entries(
    body: Mapping[str, Any], read: Callable[[Entry], Iterable[Incoming]]
) -> Iterator[tuple[str, Incoming]]:
    """Yield (id of the account concerned, event) for every entry of a webhook body; no id where it cannot be told."""
    for entry in entries(body):
        if isinstance(entry, NotUnderstood):
            yield "", entry
            continue
        for event in read(entry):
            yield entry.id, event


def read_items(items: Iterable[Any], read: Callable[[Mapping[str, Any]], Iterable[Incoming]]) -> Iterator[Incoming]:
    """Read each item by itself; one whose strange shape raises is yielded as not understood, with its body."""
    for item in items:
        if not isinstance(item, Mapping):
            yield NotUnderstood("not an object", {"item": item})
            continue
        try:
            read_now = tuple(read(item))
        except STRANGE as error:
            yield NotUnderstood(f"strange shape: {type(error).__name__}", dict(item))
            continue
        yield from read_now


def last_part(external_id: str) -> str:
    """Return the last part of a Facebook id, which all its forms share."""
    return external_id.rsplit("_", 1)[-1]


def digest(message: IncomingMessage) -> str:
    """Return a short digest of what an author can change about a message."""
    return hashlib.sha256(message.text.encode()).hexdigest()[:10]
