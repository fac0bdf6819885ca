"""The statements behind one conversation as it is read: the row, its messages, the contact's other conversations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from inbox.models import Attachment, Conversation, ConversationLabel, Message, Reaction
from inbox.models.message import search_words
from inbox.thread.approvals import approvals_of
from inbox.thread.quotes import quotable, quoted_by
from inbox.thread.reviews import reviews_of
from webcare.lib.cursor import moment_in
from webcare.lib.prepared import AnyOf, Given, NoneOf, Prepared

if TYPE_CHECKING:
    from inbox.models import User

PAGE = 50
FOLDED = 20  # earlier conversations of the same person, shown as one line each

# The newest messages of a story: the conversation, and the other side of it (public or private) with the same person.
# For each of them the posts above it, parent by parent, as far as we have them. The lateral LIMIT keeps every step a
# look-up by index, however many messages there are; UNION ends a circle. What a closed team has is left out.
_PAGE_AND_ANCESTORS = """
WITH RECURSIVE page AS (
    SELECT id, account_id, parent_external_id FROM inbox_message
    WHERE conversation_id = ANY(%s) AND state <> 'cancelled' AND (sent_at, id) < (%s, %s)
    ORDER BY sent_at DESC, id DESC LIMIT %s
), up AS (
    SELECT found.* FROM page CROSS JOIN LATERAL (
        SELECT m.id, m.account_id, m.parent_external_id FROM inbox_message m
        WHERE m.account_id = page.account_id AND page.parent_external_id <> ''
          AND (m.conversation_id IS NULL OR m.conversation_id <> ALL(%s))
          AND NOT EXISTS (SELECT FROM inbox_conversation c WHERE c.id = m.conversation_id AND c.team_id = ANY(%s))
          AND (m.external_id = page.parent_external_id
               OR (m.first_external_id = page.parent_external_id AND m.first_external_id <> ''))
        LIMIT 1) found
    UNION
    SELECT found.* FROM up CROSS JOIN LATERAL (
        SELECT m.id, m.account_id, m.parent_external_id FROM inbox_message m
        WHERE m.account_id = up.account_id AND up.parent_external_id <> ''
          AND (m.conversation_id IS NULL OR m.conversation_id <> ALL(%s))
          AND NOT EXISTS (SELECT FROM inbox_conversation c WHERE c.id = m.conversation_id AND c.team_id = ANY(%s))
          AND (m.external_id = up.parent_external_id
               OR (m.first_external_id = up.parent_external_id AND m.first_external_id <> ''))
        LIMIT 1) found
)
SELECT id FROM page UNION SELECT id FROM up
"""
START_OF_TIME = datetime.min.replace(year=1970, tzinfo=timezone.get_fixed_timezone(0))
END_OF_TIME = datetime.max.replace(year=9998, tzinfo=timezone.get_fixed_timezone(0))


def find_conversation(code: UUID, accounts: Collection[int], closed: Collection[int]) -> Conversation | None:
    """Return the conversation with this code; None where these accounts have none, or a closed team has it."""
    return _conversation.first(code=code, accounts=list(accounts), closed=list(closed))


@Prepared
def _conversation() -> QuerySet[Conversation]:
    found = Conversation.objects.filter(NoneOf("team_id", "closed"), code=Given("code"), account=AnyOf("accounts"))
    rows: QuerySet[Conversation] = found.for_rows()
    return rows.select_related("mood_by", "team").defer("account__sealed_credentials")


# -- the contact's conversations ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation as one line in the contact's timeline."""

    id: int
    code: UUID
    account: int
    identity: int | None
    platform: str
    visibility: str
    status: str
    reason: str
    excerpt: str
    file_kind: str
    file_count: int
    count: int
    complaint: bool
    at: datetime
    began: datetime
    window: datetime | None
    assignee: str | None
    labels: tuple[str, ...]


_COLUMNS = (
    "id", "code", "account_id", "identity_id", "account__platform", "visibility", "status", "close_reason", "excerpt",
    "file_kind", "file_count", "message_count", "is_complaint", "last_message_at", "first_message_at",
    "window_closes_at", "assignee__first_name",
)  # fmt: skip


def other_conversations(conversation: Conversation, accounts: Collection[int], closed: Collection[int]) -> list[Line]:
    """Return the contact's newest other conversations in these accounts, at most FOLDED, newest first.

    Those of closed teams are left out.
    """
    within = {"accounts": list(accounts), "closed": list(closed)}
    found = _other_rows(contact=conversation.contact_id, conversation=conversation.pk, **within)
    return [_line(*row) for row in found]


@dataclass(frozen=True, slots=True)
class TimelineLines:
    """Part of a contact's timeline, and whether older lines follow."""

    rows: list[Line]
    more: bool


def timeline_of(
    conversation: Conversation, accounts: Collection[int], closed: Collection[int], *, before: tuple[datetime, int]
) -> TimelineLines:
    """Return the contact's conversations before a place in the timeline, newest first, by cursor."""
    at, pk = before
    others = Conversation.objects.filter(contact=conversation.contact_id, account__in=accounts).outside(closed)
    older = _newest_first(others.exclude(pk=conversation.pk))
    older = older.filter(Q(last_message_at__lt=at) | Q(last_message_at=at, pk__lt=pk))
    rows = [_line(*row) for row in _as_lines(older)[: FOLDED + 1]]
    return TimelineLines(rows[:FOLDED], len(rows) > FOLDED)


@Prepared
def _other_rows() -> Any:
    found = Conversation.objects.filter(
        NoneOf("team_id", "closed"), contact=Given("contact"), account=AnyOf("accounts")
    )
    return _as_lines(_newest_first(found.exclude(pk=Given("conversation"))))[:FOLDED]


def _newest_first(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    return rows.order_by("-last_message_at", "-id")


def _line(*row: Any) -> Line:
    *columns, labels = row
    return Line(*(*columns, tuple(labels)))


def _as_lines(rows: QuerySet[Conversation]) -> Any:
    labels = ConversationLabel.objects.filter(conversation=OuterRef("pk")).values("label__name")
    return rows.values_list(*_COLUMNS, ArraySubquery(labels))


# -- messages -------------------------------------------------------------------------------------------------------


def messages_of(story: Sequence[int], reader: User | None, *, before: str = "", size: int = PAGE) -> list[Message]:
    """Return the newest `size` messages of these conversations, and the posts above them, oldest first.

    `before` is a place that a former page named. Each message carries `files`, `reacted`, `judged`, `quoted` and
    `looked_at`.
    """
    until, pk = position_of(before)
    closed = reader.closed_teams if reader else ()
    found: list[Any] = _messages(story=list(story), until=until, pk=pk, size=size, closed=list(closed))
    ids = [message.pk for message in found]
    quotes = quotable(found, closed)
    files = _files_of([*ids, *(quote["id"] for quote in quotes)])
    reactions, reviews, approvals = _reactions_to(ids), reviews_of(ids, reader), approvals_of(found)
    for message in found:
        message.files, message.reacted, message.judged = files[message.pk], reactions[message.pk], reviews[message.pk]
        message.quoted = quoted_by(message, quotes, files)
        message.looked_at = approvals.get(message.pk)
    return found


@Prepared
def _messages() -> QuerySet[Message]:
    story = Given("story")
    places = [story, Given("until"), Given("pk"), Given("size"), *(story, Given("closed")) * 2]
    chosen = RawSQL(_PAGE_AND_ANCESTORS, places)  # noqa: S611  a constant
    rows = Message.objects.filter(pk__in=chosen).select_related("identity", "author", "account", "reply_to__identity")
    rows = rows.without_words().defer("account__sealed_credentials", *search_words("reply_to"))
    return rows.annotate(score=F("survey__score")).order_by("sent_at", "id")


def _files_of(messages: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """Return what is shown of each message's files, by the message's id."""
    return _by_message(_files(messages=list(messages)))


@Prepared
def _files() -> Any:
    rows = Attachment.objects.filter(message=AnyOf("messages")).order_by("position", "id")
    return rows.values(
        "message_id", "code", "kind", "state", "filename", "mime_type", "alt_text", "text", "error", "size",
        "width", "height", source=F("source_url"), platform_id=F("external_id"),
    )  # fmt: skip


def _reactions_to(messages: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    return _by_message(_reactions(messages=list(messages)))


@Prepared
def _reactions() -> Any:
    rows = Reaction.objects.filter(message=AnyOf("messages")).order_by("at")
    return rows.values("message_id", "emoji", name=F("identity__name"))


def _by_message(rows: Any) -> dict[int, list[dict[str, Any]]]:
    grouped: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        grouped[row["message_id"]].append(row)
    return grouped


def position_of(before: str) -> tuple[datetime, int]:
    """Return the place that a former page named; the end of time for none."""
    at, _, pk = before.partition("~")
    moment = moment_in(at)
    if moment is None or not pk.isdecimal() or len(pk) > 18:  # a database's number is no longer
        return END_OF_TIME, 0
    return moment, int(pk)
