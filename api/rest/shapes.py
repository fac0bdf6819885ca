"""What the API takes and gives, field by field: the OpenAPI document is made of this."""

import re
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, BeforeValidator, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000, pattern=r"^[^\x00]*$")]


def _only_as_text(given: object) -> object:
    """Pydantic also takes numbers for days: seconds since 1970."""
    if isinstance(given, str) and not re.fullmatch(r"\d{4}-\d\d-\d\d", given):
        raise ValueError("A day is like 2026-11-30.")
    return given


Day = Annotated[date, BeforeValidator(_only_as_text)]


class Taken(Schema):
    """What a caller sends: a field that there is not is a mistake."""

    model_config = ConfigDict(extra="forbid")


class Error(Schema):
    """One thing that does not fit."""

    where: list[str | int]
    detail: str


class Reason(Schema):
    """One thing the guard saw. `weight`: stop (mend it), ask or look (send again with the key in `anyway`), mild."""

    key: str
    weight: Literal["stop", "ask", "look", "mild"]
    title: str
    reason: str


class ProblemOut(Schema):
    """RFC 9457: what went wrong."""

    type: str
    title: str
    status: int
    detail: str = ""
    errors: list[Error] = []
    reasons: list[Reason] = []
    newer: list[UUID] = []


class Person(Schema):
    """A colleague."""

    id: UUID
    name: str


class Label(Schema):
    """A label in use."""

    id: UUID
    name: str


class Account(Schema):
    """An account of ours. `mode` says whether one may answer from it."""

    id: UUID
    platform: str
    name: str
    handle: str
    mode: str
    is_removed: bool


class Customer(Schema):
    """Who wrote, as the platform names them."""

    name: str
    handle: str


class Conversation(Schema):
    """A conversation as the list shows it."""

    id: UUID
    url: str
    account: UUID
    customer: Customer
    visibility: Literal["public", "private"]
    status: Literal["open", "snoozed", "closed"]
    excerpt: str
    mood: str
    priority: int
    is_complaint: bool
    assignee: Person | None
    labels: list[str]
    waiting_since: datetime | None
    due_at: datetime | None
    window_closes_at: datetime | None
    snoozed_until: datetime | None
    last_message_at: datetime


class Conversations(Schema):
    """A part of a list. `next` is the cursor of the part behind it; null at the end."""

    items: list[Conversation]
    next: str | None


class File(Schema):
    """What a message carries. Its bytes are fetched by people, in the page."""

    id: UUID
    kind: str
    name: str
    type: str
    size: int | None


class Message(Schema):
    """One message. `state` is how far an answer is; other directions have none ("")."""

    id: UUID
    direction: Literal["inbound", "outbound", "note"]
    visibility: str
    author: str
    text: str
    sent_at: datetime
    state: str
    reason: str
    is_automatic: bool
    is_removed: bool
    files: list[File]


class OneConversation(Conversation):
    """A conversation with its newest messages, oldest first. `older` is the cursor of the ones before; null for none.

    The other side of the story, public or private, stands among them, as on the page.
    """

    team: str
    language: str
    close_reason: str
    contact: UUID
    messages: list[Message]
    older: str | None


class Messages(Schema):
    """A part of a conversation's messages, oldest first."""

    items: list[Message]
    older: str | None


class Identity(Schema):
    """One way this person is known."""

    platform: str
    handle: str
    phone: str
    name: str
    followers: int | None
    is_verified: bool


class ContactNote(Schema):
    """What a colleague wrote down about this person."""

    at: datetime
    by: str
    text: str


class Contact(Schema):
    """What the contact panel says, as far as the token's accounts tell."""

    id: UUID
    kind: str
    address: str
    identities: list[Identity]
    conversations: int
    first_met: datetime | None
    last_heard: datetime | None
    moods: list[str]
    labels: list[str]
    notes: list[ContactNote]


class Canned(Schema):
    """A canned reply, with its wording by platform and language."""

    id: UUID
    title: str
    label: str
    texts: list["CannedText"]


class CannedText(Schema):
    """One wording; "" for every platform."""

    platform: str
    language: str
    text: str


class CannedReplies(Schema):
    """A part of the canned replies, by title."""

    items: list[Canned]
    next: str | None


class Figure(Schema):
    """One figure: `value` is null where nothing was measured, `n` how much was counted."""

    value: float | int | None
    n: int


class Figures(Schema):
    """The figures of a period, as `manage.py figures` prints them."""

    since: date
    until: date
    figures: dict[str, Figure]


class Changed(Schema):
    """How a conversation stands after a call."""

    id: UUID
    url: str
    status: Literal["open", "snoozed", "closed"]
    assignee: UUID | None
    labels: list[UUID]
    close_reason: str
    snoozed_until: datetime | None


class NoteIn(Taken):
    """A note for colleagues; whoever it names with @ is told."""

    text: Text


class Noted(Schema):
    """The note that was written."""

    id: UUID
    conversation: UUID


class ReplyIn(Taken):
    """An answer. `seen` is the newest message you know of: what came in after it holds the answer.

    `anyway` are keys of the guard's reasons that a person has looked at and waves through. `why` says to colleagues
    why somebody is answered who did not address us; without it that is refused.
    """

    text: Text
    visibility: Literal["public", "private"] = "private"
    reply_to: UUID | None = None
    seen: UUID | None = None
    account: UUID | None = None
    canned: UUID | None = None
    split: bool = False
    close: bool = False
    anyway: list[Annotated[str, StringConstraints(max_length=80)]] = Field(default=[], max_length=50)
    why: str = Field(default="", max_length=300, pattern=r"^[^\x00]*$")


class Queued(Schema):
    """An answer in the outbox. `state` is `approval` where a colleague looks at it first; `waits_for` says why."""

    id: UUID
    conversation: UUID
    state: str
    waits_for: str
    leaves_at: datetime | None
    reason: str


class AssignIn(Taken):
    """Who gets it; null for nobody."""

    person: UUID | None
    handover: str = Field(default="", max_length=500, pattern=r"^[^\x00]*$")


class CloseIn(Taken):
    """Why it is done; left out after an answer."""

    reason: Literal[
        "", "answered", "no_question", "answered_elsewhere", "answered_on_site", "troll", "spam", "unsolvable", "liked"
    ] = ""
    insist: bool = False


class SnoozeIn(Taken):
    """Until when; null until the customer writes."""

    until: AwareDatetime | None
