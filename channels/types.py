"""What crosses the border between a platform and the inbox. Frozen, free of Django, and importing nothing of ours.

Every time is an aware datetime in UTC. Every id is text: platforms' ids pass 2^53.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class Visibility(StrEnum):
    """Who can read it: everyone, or only the customer and us."""

    PUBLIC = "public"
    PRIVATE = "private"


class Direction(StrEnum):
    """inbound: a customer to us · outbound: our brand to a customer · context: what stood in the thread around it."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    CONTEXT = "context"


# The kind of a private message that a machine wrote: it is read, and waits for no answer.
AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True)
class Author:
    """A person's account on a platform, as far as the platform told. None and "" mean: not told."""

    external_id: str
    name: str = ""
    handle: str = ""  # without @
    phone: str = ""  # E.164 with +, WhatsApp only
    avatar_url: str = ""
    followers: int | None = None
    verified: bool | None = None
    location: str = ""
    also: tuple[str, ...] = ()  # their other ids there: a scoped id beside a number, another spelling of the number


@dataclass(frozen=True, slots=True)
class Attachment:
    """One picture, sound, file, place or card. `url` may expire; `external_id` needs the account's token."""

    kind: str  # image | video | audio | file | sticker | location | contact | share
    url: str = ""
    external_id: str = ""
    mime_type: str = ""
    filename: str = ""
    alt_text: str = ""
    size: int | None = None  # bytes
    text: str = ""  # what stands for it where there is no file: a place's address, a contact card's lines
    lost: str = ""  # why the platform could not hand it over: its code, and its words ("131052 Media download error")


class ShownKind(StrEnum):
    """What came with a message besides its words and files."""

    SUBJECT = "subject"  # of a mail, in `title`
    ADVERT = "advert"
    PRODUCT = "product"
    PAGE = "page"
    WRITTEN_ON = "written_on"  # the page of our own site that somebody was on; `words`: where they came from
    POST = "post"
    STORY = "story"
    TEMPLATE = "template"  # what a bot sent
    FORM = "form"  # filled in by the customer
    SIGNED = "signed"  # what our own site told of who is signed in on it, in `answers`
    CALL = "call"  # the customer's answer to whether we may call; `words`: accept or reject
    FORWARDED = "forwarded"
    QUOTED = "quoted"  # the older mails that stood below it, in `words`
    ALSO_TO = "also_to"  # whom else a mail went to, in `words`


@dataclass(frozen=True, slots=True)
class Shown:
    """What a customer saw when they wrote, as the platform tells it. Empty fields mean: not told."""

    kind: ShownKind
    title: str = ""
    words: str = ""
    url: str = ""
    price: str = ""
    reference: str = ""  # the seller's own article number, else the platform's id
    answers: tuple[tuple[str, str], ...] = ()  # a form's questions with their answers
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """One post, comment or private message, whoever wrote it.

    `author` is None for our own brand (direction outbound, or context when it is our own post).
    `customer` is whose conversation it belongs to: the author when inbound; for outbound the recipient if the payload
    tells, else None and the parent decides.
    """

    external_id: str
    kind: str  # mention | reply | found | comment | visitor_post | tag | post | dm | story_mention | review …
    direction: Direction
    visibility: Visibility
    sent_at: datetime
    text: str = ""
    author: Author | None = None
    customer: Author | None = None
    thread_id: str = ""
    parent_id: str = ""
    permalink: str = ""
    attachments: tuple[Attachment, ...] = ()
    reference: str = ""  # our outbox code, when the platform returns it (echo metadata)
    first_external_id: str = ""  # the id of the first version, where an edit makes a new id (X)
    edited_at: datetime | None = None
    opens_window: bool = True  # False where answering this does not open or extend the reply window
    parent_missing: bool = False  # the platform no longer shows what this answers (deleted, protected)
    text_missing: bool = False  # the platform did not tell the text this time; an explicit empty one is told
    shown: tuple[Shown, ...] = ()
    choice: str = ""  # the key of what they tapped, where it is one of the choices we sent
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edit:
    """A message was changed by its author. Ignored where what we hold is a later version.

    `text` is None where the platform did not tell the new words: the ones we hold stay.
    """

    external_id: str
    text: str | None
    edited_at: datetime
    new_external_id: str = ""


@dataclass(frozen=True, slots=True)
class Removal:
    """A message was removed by its author or the platform."""

    external_id: str
    removed_at: datetime


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """How far one of our messages got. `status`: sent | delivered | read | failed.

    With `until` and no `external_id` it counts for all sent to `customer_id` by then.
    """

    status: str
    at: datetime
    external_id: str = ""
    reference: str = ""
    customer_id: str = ""
    until: datetime | None = None
    error_code: str = ""
    error: str = ""
    reason: str = "other"  # one of channels.errors.REASONS, for status failed


@dataclass(frozen=True, slots=True)
class Reaction:
    """Someone put an emoji on a message, or took it away (`emoji` empty)."""

    external_id: str  # of the message reacted to
    author: Author | None  # None: somebody of ours put it there, in the platform's own app
    emoji: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Hidden:
    """Our own account hid a public message from others, or showed it again: here or in the platform's own pages."""

    external_id: str
    hidden: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """A customer's id on the platform changed (WhatsApp: new number, BSUID for a number)."""

    old_external_id: str
    author: Author
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountNews:
    """What a platform tells of one of our accounts: a warning, a limit, a template that was paused."""

    field: str  # the platform's word for the kind of news
    event: str  # and for what happened, in capitals
    at: datetime
    detail: str = ""  # which rule, which template


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """An item we could not read. Kept with its body and counted; never dropped."""

    reason: str
    body: Mapping[str, Any]


Incoming = (
    IncomingMessage | Edit | Removal | DeliveryReport | Reaction | Hidden | IdentityChange | AccountNews | NotUnderstood
)


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched page of a stream.

    `cursor` replaces the stream's cursor in the transaction that stores `events`. `more` asks for another at once.
    `next_poll` is the soonest time the platform's own headers allow another call, when they say so.
    """

    events: tuple[Incoming, ...]
    cursor: Mapping[str, Any]
    more: bool = False
    next_poll: datetime | None = None
    warning: str = ""  # one plain sentence for the account's page, e.g. that a gap is possible


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file an agent sends along. `path` is a local file the connector may open."""

    path: str
    mime_type: str
    filename: str = ""
    alt_text: str = ""
    address: str = ""  # where the platform can fetch it for a while, on a route that `fetches_files`


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing a customer can tap under a message. The platform gives the key back; a title has 20 characters."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class OutgoingReply:
    """One message to put on a platform.

    `route`: public_reply | private_message | private_reply | template | post (see `Route`).
    `reference` is our own unique code; connectors hand it to the platform wherever it returns it.
    """

    route: str
    text: str
    reference: str
    recipient_id: str = ""
    reply_to_id: str = ""  # the message answered
    thread_id: str = ""
    last_inbound_at: datetime | None = None  # of a post: when it was to leave at the earliest
    files: tuple[OutgoingFile, ...] = ()
    template: Mapping[str, Any] | None = None  # {"name", "language", "named", "values": [{"place", "name", "text"}]}
    recipient_handle: str = ""  # without @, where the platform told one
    reply_to_kind: str = ""  # the answered message's kind, since platforms answer a mention elsewhere than a comment
    choices: tuple[Choice, ...] = ()  # to tap instead of writing, where `RouteRules.choices` allows so many
    choose: str = ""  # what is tapped first where a platform folds the choices away: at most 20 characters
    others: frozenset[str] = frozenset()  # when it is looked for: ids that are known to be other messages of ours
    subject: str = ""  # of what is answered, where it has one
    line: tuple[str, ...] = ()  # of a private answer: ids from its thread's first message to the answered one
    automatic: bool = False  # nobody wrote it
    tried_at: datetime | None = None  # when it is looked for: when it was to leave


@dataclass(frozen=True, slots=True)
class SendResult:
    """The platform took it. `external_id` is the new message's id; `url` its address, when known."""

    external_id: str
    url: str = ""
    thread_id: str = ""


@dataclass(frozen=True, slots=True)
class TemplateGap:
    """One value to fill in. `place` is header, body, or a button's kind and number ("url:0"); `name` may be "1"."""

    place: str
    name: str
    example: str = ""

    @property
    def key(self) -> str:
        """What names it within its template: the same number may stand in header and body."""
        return f"{self.place}.{self.name}"


@dataclass(frozen=True, slots=True)
class TemplateButton:
    """One button under a template, as the customer sees it."""

    kind: str  # quick_reply | url | phone_number | copy_code | …
    text: str
    target: str = ""  # the address or number behind it; {{1}} in it is a gap


@dataclass(frozen=True, slots=True)
class Template:
    """A message a platform approved beforehand, for where one may not write freely. Texts hold {{1}} or {{name}}.

    `status` is the platform's word in small letters; only "approved" ones can be sent. `unfit` says why it cannot be
    filled in here, whatever its status: "media" (wants a file on top), "code" (a one-time password), "special".
    """

    name: str
    language: str
    body: str
    status: str = "approved"
    category: str = ""
    header: str = ""
    footer: str = ""
    buttons: tuple[TemplateButton, ...] = ()
    gaps: tuple[TemplateGap, ...] = ()
    named: bool = False  # values go out with their names, not by their order
    unfit: str = ""


class Route(StrEnum):
    """The ways an answer can leave, and a post of our own."""

    PUBLIC_REPLY = "public_reply"
    PRIVATE_MESSAGE = "private_message"
    PRIVATE_REPLY = "private_reply"  # the one private message a platform allows in answer to a public comment
    TEMPLATE = "template"
    POST = "post"  # on our own page or timeline: it answers nobody


class Reach(StrEnum):
    """What becomes of a private answer, where a channel knows that before it is sent."""

    MAIL_TOO = "mail_too"  # who is gone gets it by mail as well
    NO_ADDRESS = "no_address"  # who is gone sees it when they come back: no address is known
    NO_MAILBOX = "no_mailbox"  # the same: there is an address, and nothing to mail from
    MAIL_ALONE = "mail_alone"  # they answered by mail, and whoever is there now may be somebody else
    UNREACHABLE = "unreachable"  # the same, and there is nothing to mail from
    IN_DOUBT = "in_doubt"  # whoever writes now may be another person than the one who mailed


class Action(StrEnum):
    """What can be done to an existing message, or (the last two) to the person who wrote it."""

    LIKE = "like"
    UNLIKE = "unlike"
    BOOST = "boost"  # shown to everybody who follows us, in our name
    UNBOOST = "unboost"
    HIDE = "hide"
    UNHIDE = "unhide"
    DELETE_OWN = "delete_own"
    BLOCK = "block"
    UNBLOCK = "unblock"


ON_PEOPLE = frozenset({Action.BLOCK, Action.UNBLOCK})


class Blocked(StrEnum):
    """What a block keeps away: all somebody can do with our account, their private messages, or their comments."""

    EVERYTHING = "everything"
    PRIVATE = "private"
    COMMENTS = "comments"  # what they write under our posts is shown to nobody
    NOTHING = ""  # the platform has no block


@dataclass(frozen=True, slots=True)
class RouteRules:
    """What one route of one platform allows. The page asks these; nobody asks for the platform's name.

    `count` is "weighted" (X), "bytes" or "characters". `window` is how long after the customer's last message one may
    write freely, None for always. `human_window` is the longer span in which a person (not a robot) may still answer.
    `once` means a single message per public comment. `file_kinds` lists what can be sent along, at most `max_files`.
    """

    limit: int
    count: str = "characters"
    window: timedelta | None = None
    human_window: timedelta | None = None
    once: bool = False
    within: timedelta | None = None  # how old the answered comment may be
    max_files: int = 0
    file_kinds: tuple[str, ...] = ()
    # The MIME types of each kind that the platform takes; of a kind that is not named, all.
    file_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # By kind, or by MIME type where one has a limit of its own.
    max_file_bytes: Mapping[str, int] = field(default_factory=dict)
    alone: tuple[str, ...] = ()  # kinds and MIME types that go as the only file
    splits: bool = False  # a longer text may be sent as a numbered thread
    any_account: bool = False  # any of our accounts on the platform may answer, not only the addressed one
    # How long a text each kind of file can carry in one message; longer, or a kind not named: two messages. None: any.
    captions: Mapping[str, int] | None = None
    choices: int = 0  # how many things to tap one message can offer
    needs_file: bool = False  # nothing leaves this way without one
    fetches_files: bool = False  # the platform fetches them from an address of ours
    ratios: tuple[float, float] | None = None  # how wide a picture may be for its height, least and most; None: any

    @property
    def reply_window(self) -> timedelta | None:
        """How long after the customer's last message a person may still answer, None for always."""
        return self.human_window or self.window

    def takes(self, kind: str, mime_type: str) -> bool:
        """Whether a file of this kind and type can be sent along."""
        return kind in self.file_kinds and mime_type in self.file_types.get(kind, (mime_type,))

    def most_bytes(self, kind: str, mime_type: str) -> int | None:
        """How large such a file may be; None for any size."""
        return self.max_file_bytes.get(mime_type, self.max_file_bytes.get(kind))


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connector can do, as data."""

    routes: Mapping[Route, RouteRules]
    actions: frozenset[Action] = frozenset()
    blocks: Blocked = Blocked.NOTHING  # what Action.BLOCK keeps away
    blocks_by_message: bool = False  # Action.BLOCK gets the id of a message of theirs, and takes that away too
    # What is hidden waits there for review: who manages the account sees it, and may let it through (Action.UNHIDE).
    holds_for_review: bool = False
    block_within: timedelta | None = None  # how long after their last message somebody can be blocked; None: always
    polls: bool = True  # False where a lost webhook cannot be fetched afterwards
    # Both sit at it at the same time: each sees that the other is there and writes, and what a customer adds meanwhile
    # holds no answer back.
    live: bool = False
    # A private message that names what it answers stands in that conversation, however long ago that was closed.
    threads: bool = False
    edits_own: bool = False
    # How many answers a minute many may be given at: far enough below the platform's limit to answer others beside it.
    answers_a_minute: int = 20
