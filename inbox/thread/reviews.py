"""Leads look back at answers: accommodating or defensive. Said to who wrote it, and summed for leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from inbox.live.announce import announce
from inbox.models import Conversation, Event, Message, Review
from inbox.models.message import search_words
from inbox.models.rights import Right
from webcare.lib.cursor import cursor_of, cursor_values, rows_after
from webcare.lib.prepared import AnyOf, Given, Prepared

if TYPE_CHECKING:
    from inbox.models import User

PAGE = 30
SUMMED = timedelta(days=90)
LONGEST_REMARK = 500
_NEWEST = ("-at", "-id")


@dataclass(frozen=True, slots=True)
class Share:
    """How the answers of one colleague were found to be."""

    name: str
    yes: int
    partly: int
    no: int

    @property
    def all(self) -> int:
        """How many reviews there were."""
        return self.yes + self.partly + self.no

    @property
    def percent(self) -> int:
        """How many in a hundred were accommodating."""
        return round(100 * self.yes / self.all)


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Reviews, and where the next ones start ("" at the end)."""

    rows: list[Review] = field(default_factory=list)
    after: str = ""


def may_review(message: Message, user: User | None) -> bool:
    """Whether a lead may review this: a colleague's answer, sent and still there."""
    return (
        user is not None
        and user.has(Right.QUALITY)
        and message.direction == Message.Direction.OUTBOUND
        and message.state == Message.State.SENT
        and message.removed_at is None
        and message.author_id not in (None, user.pk)
    )


@transaction.atomic
def review(message: Message, by: User, verdict: str, remark: str = "") -> bool:
    """Say how accommodating an answer was; a second time changes what the same lead said. Returns whether it was news.

    The log holds the verdict, not the remark. Raises ValueError for an unknown verdict, or an answer not theirs to
    review.
    """
    if verdict not in Review.Verdict.values or not may_review(message, by):
        raise ValueError("No such review.")
    remark = " ".join(remark.replace("\x00", "").split())[:LONGEST_REMARK]
    values = {"verdict": verdict, "remark": remark}
    row, new = Review.objects.get_or_create(message=message, reviewer=by, defaults=values)
    if not new:
        row = Review.objects.select_for_update(no_key=True).get(pk=row.pk)
        if (row.verdict, row.remark) == (verdict, remark):
            return False
    was, row.verdict, row.remark, row.at = "" if new else row.verdict, verdict, remark, timezone.now()
    row.save(update_fields=["verdict", "remark", "at"])
    Event.note(
        "reviewed", actor=by, conversation=message.conversation, message=message, was=was, now=verdict,
        remarked=bool(remark),
    )  # fmt: skip
    if message.conversation_id:
        announce([message.conversation_id])
    return True


def reviews_of(messages: Collection[int], reader: User | None) -> dict[int, list[dict[str, Any]]]:
    """Return what is said of each message, by its id: to leads of all, to others of what they wrote themselves."""
    said: dict[int, list[dict[str, Any]]] = defaultdict(list)
    if reader is None:
        return said
    found = _reviews if reader.has(Right.QUALITY) else _reviews_of_own
    for row in found(messages=list(messages), reader=reader.pk):
        said[row["message_id"]].append(row | {"own": row["reviewer_id"] == reader.pk})
    return said


@Prepared
def _reviews() -> Any:
    return _read_from(Review.objects.filter(message=AnyOf("messages")))


@Prepared
def _reviews_of_own() -> Any:
    return _read_from(Review.objects.filter(message=AnyOf("messages"), message__author=Given("reader")))


def _read_from(found: QuerySet[Review]) -> Any:
    rows = found.order_by("at", "id")
    return rows.values("message_id", "verdict", "remark", "at", "reviewer_id", by=F("reviewer__first_name"))


def page_of(reader: User, *, after: str = "", size: int = PAGE) -> ReviewPage:
    """Return a page of reviews a lead may read, newest first, by cursor."""
    found = _readable_by(reader).select_related(
        "reviewer", "message__author", "message__conversation__identity", "message__account"
    )
    found = found.defer("message__account__sealed_credentials", *search_words("message"))
    found = found.prefetch_related("message__attachments")
    start = cursor_values(after, _NEWEST)
    if start:
        found = found.filter(rows_after(_NEWEST, start))
    rows = list(found.order_by(*_NEWEST)[: size + 1])
    return ReviewPage(rows[:size], cursor_of(rows[size - 1], _NEWEST) if len(rows) > size else "")


def shares(reader: User, *, now: datetime | None = None) -> Sequence[Share]:
    """Return each author's shares over ninety days, of reviews a lead may read."""
    verdict = Review.Verdict
    counted = (
        _readable_by(reader)
        .filter(at__gte=(now or timezone.now()) - SUMMED)
        .values(
            "message__author", "message__author__first_name", "message__author__last_name", "message__author__email"
        )
        .annotate(
            yes=Count("pk", filter=Q(verdict=verdict.YES)),
            partly=Count("pk", filter=Q(verdict=verdict.PARTLY)),
            no=Count("pk", filter=Q(verdict=verdict.NO)),
        )
        .order_by("message__author__first_name", "message__author__last_name", "message__author")
    )
    return [Share(_name(row), row["yes"], row["partly"], row["no"]) for row in counted]


def _readable_by(reader: User) -> QuerySet[Review]:
    return Review.objects.filter(message__conversation__in=Conversation.objects.visible_to(reader).values("pk"))


def _name(row: Mapping[str, Any]) -> str:
    full = f"{row['message__author__first_name'] or ''} {row['message__author__last_name'] or ''}".strip()
    return full or str(row["message__author__email"] or "–")
