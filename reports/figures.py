"""Every figure, declared once: its name, what it means, its unit, and how it follows from rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.models import Conversation
from reports.counts import Counts, Reading
from reports.scope import Scope
from reports.statements import one_of


class Unit(StrEnum):
    """What a value counts."""

    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"
    MONEY = "euro"
    RATE = "rate"  # a share so small that two more places are kept


class Figure(NamedTuple):
    """One figure. `among` are the kinds of rows that are looked at, `kinds` those that are counted; () for all."""

    name: str
    title: str | Promise
    definition: str | Promise
    unit: Unit
    source: str  # its rows, one of reports/rows.py
    value: Callable[[Figure, Counts], float | None]
    among: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def nothing(self) -> Value:
        """What it is where there are no rows at all."""
        return Value(0 if self.unit == Unit.COUNT else None, 0)


class Value(NamedTuple):
    """What a figure is: None where nothing was measured. `n` is how many rows it rests on."""

    value: int | float | None
    n: int


def _kinds(figure: Figure) -> tuple[str, ...]:
    return figure.kinds or figure.among


def _count(figure: Figure, counts: Counts) -> int:
    return counts.n(_kinds(figure))


def _share_of_kind(figure: Figure, counts: Counts) -> float | None:
    return counts.n(_kinds(figure)) / n if (n := counts.n(figure.among)) else None


def _share(figure: Figure, counts: Counts) -> float | None:
    return counts.total(figure.among) / n if (n := counts.n(figure.among)) else None


def _sum(figure: Figure, counts: Counts) -> int:
    return counts.total(figure.among)


def _euros(figure: Figure, counts: Counts) -> float | None:
    return counts.total(figure.among) / 100 if counts.n(figure.among) else None


def _balance(figure: Figure, counts: Counts) -> float | None:
    n, negative = counts.n(figure.among), ("angry", "annoyed")
    return (counts.n(("happy",)) - counts.n(negative)) / n if n else None


def _engagement(figure: Figure, counts: Counts) -> float | None:
    return counts.n(figure.among) / seen if (seen := counts.total(("reach",))) else None


def _median(figure: Figure, counts: Counts) -> float | None:
    return counts.percentile(0.5, figure.among)


def _p90(figure: Figure, counts: Counts) -> float | None:
    return counts.percentile(0.9, figure.among)


_UNANSWERED = tuple(reason for reason in Conversation.CloseReason.values if reason != "answered")
_MOODS = ("angry", "annoyed", "neutral", "happy")

_FIGURES = (
    Figure(
        "messages_in", _("Messages in"), _("Messages that customers sent in this period."),
        Unit.COUNT, "arrived", _count,
    ),
    Figure(
        "messages_out", _("Messages out"),
        _("Answers that reached the platform in this period. Automatic messages do not count."),
        Unit.COUNT, "sent", _count,
    ),
    Figure(
        "messages_proactive", _("Proactive messages"),
        _("Messages out that answer a post which a search found: nobody had addressed us."),
        Unit.COUNT, "sent", _count, kinds=("found_", "found_unchanged"),
    ),
    Figure(
        "conversations_new", _("New conversations"), _("Conversations whose first message came in this period."),
        Unit.COUNT, "begun", _count,
    ),
    Figure(
        "response_seconds_median", _("Response time, median"),
        _("From the first unanswered message to our answer, by the target's clock. Half of the answers were faster."),
        Unit.SECONDS, "waits", _median,
    ),
    Figure(
        "response_seconds_p90", _("Response time, nine in ten"),
        _("From the first unanswered message to our answer, by the target's clock. Nine in ten were faster."),
        Unit.SECONDS, "waits", _p90,
    ),
    Figure(
        "first_response_seconds_median", _("First response, median"),
        _("The same for the first answer in each conversation alone."),
        Unit.SECONDS, "waits", _median, among=("first",),
    ),
    Figure(
        "first_response_seconds_p90", _("First response, nine in ten"),
        _("The same for the first answer in each conversation alone. Nine in ten were faster."),
        Unit.SECONDS, "waits", _p90, among=("first",),
    ),
    Figure(
        "within_target", _("Service level"),
        _("Answers given before the promised time, of all answers of which it is known."),
        Unit.SHARE, "promised", _share,
    ),
    Figure(
        "waiting_seconds_median", _("Waiting time, median"),
        _("From the first unanswered message to our answer, by the calendar. Half of the customers waited shorter."),
        Unit.SECONDS, "waited", _median,
    ),
    Figure(
        "handling_seconds_median", _("Handling time, median"),
        _("From the moment somebody took a conversation until it was closed. Half of them were faster."),
        Unit.SECONDS, "handled", _median,
    ),
    Figure(
        "response_rate", _("Response rate"),
        _("New conversations that got an answer, of those worth one: not spam, trolls, likes or what asks nothing."),
        Unit.SHARE, "begun", _share, among=("worthy",),
    ),
    Figure(
        "backlog", _("Still open"), _("Conversations that were not closed when the period was over."),
        Unit.COUNT, "backlog", _count,
    ),
    Figure(
        "reopen_rate", _("Reopened"), _("Closings in this period after which the conversation was opened again."),
        Unit.SHARE, "closings", _share,
    ),
    Figure(
        "closed_without_reply", _("Closed without a reply"),
        _("Closings in this period for another reason than “answered”, of all closings."),
        Unit.COUNT, "closings", _count, kinds=_UNANSWERED,
    ),
    *(
        Figure(
            f"closed_{reason}", Conversation.CloseReason(reason).label,
            _("Closings in this period for this reason, of all closings."),
            Unit.COUNT, "closings", _count, kinds=(reason,),
        )
        for reason in _UNANSWERED
    ),
    Figure(
        "sentiment_negative", _("Negative messages"),
        _("Messages that sound angry or annoyed: an estimate that people correct."),
        Unit.SHARE, "arrived", _share_of_kind, among=_MOODS, kinds=("angry", "annoyed"),
    ),
    Figure(
        "sentiment_neutral", _("Neutral messages"), _("Messages that sound neutral: an estimate that people correct."),
        Unit.SHARE, "arrived", _share_of_kind, among=_MOODS, kinds=("neutral",),
    ),
    Figure(
        "sentiment_positive", _("Positive messages"), _("Messages that sound happy: an estimate that people correct."),
        Unit.SHARE, "arrived", _share_of_kind, among=_MOODS, kinds=("happy",),
    ),
    Figure(
        "sentiment_balance", _("Mood balance"),
        _("The share of positive messages less that of negative ones: as many of both are nought."),
        Unit.SHARE, "arrived", _balance, among=_MOODS, kinds=("angry", "annoyed", "happy"),
    ),
    Figure(
        "turn_round", _("Turned round"),
        _("New conversations that began angry or annoyed and whose last message sounds neutral or happy."),
        Unit.SHARE, "turns", _share,
    ),
    Figure(
        "satisfaction", _("Satisfied customers"),
        _("Customers who gave a 4 or 5 when asked after closing, of all who gave a score in this period."),
        Unit.SHARE, "scored", _share,
    ),
    Figure(
        "sent_unchanged", _("Canned replies sent unchanged"),
        _("Answers that are a canned reply word for word, of all messages out."),
        Unit.SHARE, "sent", _share_of_kind, kinds=("unchanged", "found_unchanged"),
    ),
    Figure(
        "product_signals", _("Product signals"),
        _("Labels put on in this period that are a signal for the product, as they stand now."),
        Unit.COUNT, "marked", _count, kinds=("product", "product_negative"),
    ),
    Figure(
        "signals_negative", _("Negative product signals"),
        _("Of the product signals, those in conversations that sound angry or annoyed."),
        Unit.SHARE, "marked", _share_of_kind, among=("product", "product_negative"), kinds=("product_negative",),
    ),
    Figure(
        "leads", _("Leads"), _("Labels put on in this period that mark somebody who may buy, as they stand now."),
        Unit.COUNT, "marked", _count, kinds=("lead", "lead_negative"),
    ),
    Figure(
        "surprises", _("Surprises"), _("Surprises for customers that were written down in this period."),
        Unit.COUNT, "surprised", _count,
    ),
    Figure(
        "surprise_cost", _("Cost of surprises"), _("What they cost together, as far as it was written down."),
        Unit.MONEY, "surprised", _euros, among=("cost",),
    ),
    Figure(
        "reach", _("Reach"),
        _("Followers of everybody who began a public conversation in this period, where the platform tells how many."),
        Unit.COUNT, "reached", _sum, among=("reach",),
    ),
    Figure(
        "reach_negative_answered", _("Reach of negatives, answered"),
        _("Followers of who began a public conversation angry or annoyed in this period, and got an answer."),
        Unit.COUNT, "negatives", _sum, among=("answered",),
    ),
    Figure(
        "reach_negative_unanswered", _("Reach of negatives, unanswered"),
        _("Followers of who began a public conversation angry or annoyed in this period, and got none."),
        Unit.COUNT, "negatives", _sum, among=("unanswered",),
    ),
    Figure(
        "engagement_rate", _("Engagement rate"),
        _("Messages and emojis in public conversations, of the followers who could see them (the reach)."),
        Unit.RATE, "reached", _engagement, among=("said", "emoji"),
    ),
)  # fmt: skip
FIGURES: Mapping[str, Figure] = {figure.name: figure for figure in _FIGURES}


def values_of(scope: Scope, names: Iterable[str] = FIGURES, *, reading: Reading | None = None) -> dict[str, Value]:
    """Return these figures of a scope. Those of the same source are counted together."""
    found = split_values(scope, "", names, reading=reading).get(None)
    return found or {name: value_of(FIGURES[name], None) for name in names}


def split_values(
    scope: Scope, split: str, names: Iterable[str], *, step: int = 1, reading: Reading | None = None
) -> dict[Any, dict[str, Value]]:
    """Return these figures of each channel, account and so on, by its id; of all together where `split` is "".

    `step` is how many days are one, where it is split by steps of them; they end on the scope's last day. `reading` is
    what was read of the scope for other questions.
    """
    wanted, reading = [FIGURES[name] for name in names], reading or Reading(scope, step=step)
    counted = {source: reading.of(source, split).counts for source in dict.fromkeys(one.source for one in wanted)}
    keys = {key for counts in counted.values() for key in counts}
    return {key: {one.name: value_of(one, counted[one.source].get(key)) for one in wanted} for key in keys}


def condition_of(figure: Figure) -> str:
    """Return which of its rows a figure counts, as a condition in SQL: those of the share, where it is one."""
    return f"{one_of(figure.among)} AND {one_of(figure.kinds)}"


def value_of(figure: Figure, counts: Counts | None) -> Value:
    """Return a figure of what was counted."""
    if counts is None:
        return figure.nothing
    return Value(_number(figure.unit, figure.value(figure, counts)), counts.n(figure.among))


def _number(unit: Unit, value: Any) -> int | float | None:
    """Return a value as it is shown and exported everywhere: four places, a rate six; whole seconds whole."""
    if value is None or unit == Unit.COUNT:
        return value if value is None else int(value)
    rounded = round(float(value), 6 if unit == Unit.RATE else 4)
    return int(rounded) if unit == Unit.SECONDS and rounded.is_integer() else rounded
