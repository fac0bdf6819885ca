"""What a reviewer sees: each case with everybody's answers beside each other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inbox.models import ConversationLabel, Message, PracticeCase, PracticeCopy, PracticeRound, User
from inbox.thread.note_words import words_of

_SHOWN = (Message.Direction.OUTBOUND, Message.Direction.NOTE)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that somebody wrote: an answer, or a note to colleagues."""

    text: str
    is_note: bool
    is_public: bool
    after: timedelta  # since the cases came in


@dataclass(slots=True)
class Answered:
    """One person's copy: what they wrote and did, and what was said of it."""

    copy: PracticeCopy
    person: User
    said: list[Said] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    is_hidden: bool = False  # the customer's post

    @property
    def is_untouched(self) -> bool:
        """Whether nothing was done with it."""
        return not (self.said or self.closed)

    @property
    def closed(self) -> str:
        """Why it was closed; "" while it is open."""
        return self.copy.conversation.get_close_reason_display() if self.copy.conversation.closed_at else ""


@dataclass(frozen=True, slots=True)
class Column:
    """Somebody who takes part, and their scores together."""

    person: User
    has_begun: bool
    total: int
    scored: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A whole round."""

    round: PracticeRound
    columns: list[Column]
    cases: list[tuple[PracticeCase, list[Answered]]]


def comparison_of(round_: PracticeRound) -> Comparison:
    """Return a round as its reviewer sees it. Its statements do not grow with people or cases."""
    seats = list(round_.seats.select_related("person").order_by("person__first_name", "person__last_name", "pk"))
    copies = list(
        PracticeCopy.objects.filter(seat__round=round_)
        .select_related("conversation", "seat__person", "case")
        .order_by("seat__person__first_name", "seat__person__last_name", "seat")
    )
    answered = {copy.conversation_id: Answered(copy, copy.seat.person) for copy in copies}
    _fill_in(answered)
    by_case: dict[int, list[Answered]] = defaultdict(list)
    for one in answered.values():
        by_case[one.copy.case_id].append(one)
    columns = [
        Column(
            seat.person,
            seat.began_at is not None,
            sum(copy.score or 0 for copy in copies if copy.seat_id == seat.pk),
            sum(copy.score is not None for copy in copies if copy.seat_id == seat.pk),
        )
        for seat in seats
    ]
    return Comparison(round_, columns, [(case, by_case[case.pk]) for case in round_.cases.all()])


def results_of(person: User) -> list[tuple[PracticeRound, list[PracticeCopy]]]:
    """Return the ended rounds somebody took part in, with what was said of their own answers."""
    copies = PracticeCopy.objects.filter(seat__person=person, seat__round__ended_at__isnull=False)
    found: dict[PracticeRound, list[PracticeCopy]] = defaultdict(list)
    rows = copies.select_related("case", "seat__round").order_by("-seat__round__ended_at", "case__position")
    for copy in rows[:200]:
        found[copy.seat.round].append(copy)
    return list(found.items())


def _fill_in(answered: dict[int, Answered]) -> None:
    rows = Message.objects.filter(conversation__in=answered).exclude(state=Message.State.CANCELLED)
    task_of = {one.copy.conversation_id: one.copy.case.task for one in answered.values()}
    for row in rows.without_words().order_by("sent_at", "pk"):
        one = answered[row.conversation_id or 0]
        is_note = row.direction == Message.Direction.NOTE
        if row.direction == Message.Direction.INBOUND:
            one.is_hidden = row.hidden_at is not None
        elif row.direction in _SHOWN and not (is_note and row.text == task_of[row.conversation_id or 0]):
            began: datetime = one.copy.seat.began_at or row.sent_at
            after = max(row.sent_at - began, timedelta())
            one.said.append(Said(words_of(row), is_note, row.visibility == "public", after))
    for link in ConversationLabel.objects.filter(conversation__in=answered).select_related("label"):
        answered[link.conversation_id].labels.append(link.label.name)
