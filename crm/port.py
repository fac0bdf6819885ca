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


class Crm(Protocol):
    """A CRM within reach for a bounded time. Every call raises CrmError."""

    def test(self) -> None:
        """See that it lets us in, and has what writing needs."""

    def written(self, activity: Activity) -> Record | None:
        """Return what an activity was written as, None where it was not."""

    def write(self, activity: Activity) -> Record:
        """Write an activity; one with this key is there once, however often this is called."""
