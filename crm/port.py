"""What a CRM can do for us, whichever it is. Facts are frozen, and free of Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol


class CrmError(Exception):
    """A CRM did not do what it was asked. `reason` is a word of crm/reasons.py; `detail` is the CRM's own, short."""

    def __init__(self, reason: str, *, permanent: bool = False, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.permanent, self.detail = reason, permanent, detail[:300]


class Record(NamedTuple):
    """One record there, and where people open it; "" where the CRM does not say."""

    id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody is looked up by: any of it may fit. False when there is nothing."""

    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()  # as +31612345678
    handles: tuple[tuple[str, str], ...] = ()  # platform and name there, without @
    ids: tuple[tuple[str, str], ...] = ()  # platform and the number it knows them by
    name: str = ""

    def __bool__(self) -> bool:
        return bool(self.emails or self.phones or self.handles or self.ids or self.name)


class Person(NamedTuple):
    """Somebody the CRM knows. `detail` tells namesakes apart."""

    id: str
    name: str
    detail: str = ""
    url: str = ""


class Entry(NamedTuple):
    """One line about somebody."""

    title: str
    at: datetime | None = None
    detail: str = ""
    url: str = ""
    opened_at: datetime | None = None  # of a mail


@dataclass(frozen=True, slots=True)
class Overview:
    """What the CRM tells of somebody, each the newest first. None where it did not say."""

    person: Person
    purchases: tuple[Entry, ...] | None = ()
    reasons: tuple[Entry, ...] | None = ()  # why they had contact
    mails: tuple[Entry, ...] | None = ()
    calls: tuple[Entry, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom a conversation is with, as the platform tells."""

    name: str
    handle: str
    phone: str
    platform: str


@dataclass(frozen=True, slots=True)
class Case:
    """The conversation something happened in, as it is now."""

    id: str
    url: str
    account: str
    platform: str
    visibility: str
    status: str
    close_reason: str
    team: str
    labels: tuple[str, ...]
    is_complaint: bool
    opened_at: datetime
    closed_at: datetime | None
    was_closed: bool = False  # written as closed before


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing to write. `key` is its own for ever: written twice with it, it stands there once."""

    key: str
    kind: str  # of crm.writing.models.Kind
    at: datetime
    case: Case
    customer: Customer
    text: str = ""
    author: str = ""  # a colleague's name; "" for the customer, and for what happened by itself
    automatic: bool = False
    person_id: str = ""  # their record, "" where it is not known


class Crm(Protocol):
    """A CRM within reach for a bounded time. Every call raises CrmError."""

    def test(self) -> None:
        """See that it lets us in, and has what writing needs."""

    def find(self, terms: Terms) -> list[Person]:
        """Return the people that any of the terms fits."""

    def read(self, person_id: str) -> Overview:
        """Return what it knows of somebody; reason "gone" where they are not there."""

    def written(self, activity: Activity) -> Record | None:
        """Return what an activity was written as, None where it was not."""

    def write(self, activity: Activity) -> Record:
        """Write an activity; one with this key is there once, however often this is called."""
