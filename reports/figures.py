"""Every figure, declared once: its name, what it means, its unit, and how it follows from rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from inbox.models import Conversation
from reports import rows
from reports.scope import Scope


class Unit(StrEnum):
    """What a value counts."""

    COUNT = "count"
    SECONDS = "seconds"
    SHARE = "share"


class Figure(NamedTuple):
    """One figure. `among` are the kinds of rows that are looked at, `kinds` those that are counted; () for all."""

    name: str
    title: str | Promise
    definition: str | Promise
    unit: Unit
    rows: str
    value: str  # SQL over the rows; `{kinds}` and `{among}` are conditions
    among: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


class Value(NamedTuple):
    """What a figure is: None where nothing was measured. `n` is how many rows it rests on."""

    value: int | float | None
    n: int


_COUNT = "count(*) FILTER (WHERE {among} AND {kinds})"
_SHARE_OF_KIND = _COUNT + "::float / nullif(count(*) FILTER (WHERE {among}), 0)"
_SHARE = "avg(amount) FILTER (WHERE {among})"
_MEDIAN = "percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FILTER (WHERE {among})"
_P90 = "percentile_cont(0.9) WITHIN GROUP (ORDER BY amount) FILTER (WHERE {among})"
_UNANSWERED = tuple(reason for reason in Conversation.CloseReason.values if reason != "answered")
_MOODS = ("angry", "annoyed", "neutral", "happy")

_FIGURES = (
    Figure(
        "messages_in", _("Messages in"), _("Messages that customers sent in this period."),
        Unit.COUNT, rows.ARRIVED, _COUNT,
    ),
    Figure(
        "messages_out", _("Messages out"),
        _("Answers that reached the platform in this period. Automatic messages do not count."),
        Unit.COUNT, rows.SENT, _COUNT,
    ),
    Figure(
        "conversations_new", _("New conversations"), _("Conversations whose first message came in this period."),
        Unit.COUNT, rows.BEGUN, _COUNT,
    ),
    Figure(
        "response_seconds_median", _("Response time, median"),
        _("From the first unanswered message to our answer, by the target's clock. Half of the answers were faster."),
        Unit.SECONDS, rows.WAITS, _MEDIAN,
    ),
    Figure(
        "response_seconds_p90", _("Response time, nine in ten"),
        _("From the first unanswered message to our answer, by the target's clock. Nine in ten were faster."),
        Unit.SECONDS, rows.WAITS, _P90,
    ),
    Figure(
        "first_response_seconds_median", _("First response, median"),
        _("The same for the first answer in each conversation alone."),
        Unit.SECONDS, rows.WAITS, _MEDIAN, among=("first",),
    ),
    Figure(
        "first_response_seconds_p90", _("First response, nine in ten"),
        _("The same for the first answer in each conversation alone. Nine in ten were faster."),
        Unit.SECONDS, rows.WAITS, _P90, among=("first",),
    ),
    Figure(
        "within_target", _("Service level"),
        _("Answers given before the promised time, of all answers of which it is known."),
        Unit.SHARE, rows.PROMISED, _SHARE,
    ),
    Figure(
        "waiting_seconds_median", _("Waiting time, median"),
        _("From the first unanswered message to our answer, by the calendar. Half of the customers waited shorter."),
        Unit.SECONDS, rows.WAITED, _MEDIAN,
    ),
    Figure(
        "handling_seconds_median", _("Handling time, median"),
        _("From the moment somebody took a conversation until it was closed. Half of them were faster."),
        Unit.SECONDS, rows.HANDLED, _MEDIAN,
    ),
    Figure(
        "response_rate", _("Response rate"),
        _("New conversations that got an answer, of those worth one: not spam, trolls, likes or what asks nothing."),
        Unit.SHARE, rows.BEGUN, _SHARE, among=("worthy",),
    ),
    Figure(
        "backlog", _("Still open"), _("Conversations that were not closed when the period was over."),
        Unit.COUNT, rows.BACKLOG, _COUNT,
    ),
    Figure(
        "reopen_rate", _("Reopened"), _("Closings in this period after which the conversation was opened again."),
        Unit.SHARE, rows.CLOSINGS, _SHARE,
    ),
    Figure(
        "closed_without_reply", _("Closed without a reply"),
        _("Closings in this period for another reason than “answered”, of all closings."),
        Unit.COUNT, rows.CLOSINGS, _COUNT, kinds=_UNANSWERED,
    ),
    *(
        Figure(
            f"closed_{reason}", Conversation.CloseReason(reason).label,
            _("Closings in this period for this reason, of all closings."),
            Unit.COUNT, rows.CLOSINGS, _COUNT, kinds=(reason,),
        )
        for reason in _UNANSWERED
    ),
    Figure(
        "sentiment_negative", _("Negative messages"),
        _("Messages that sound angry or annoyed: an estimate that people correct."),
        Unit.SHARE, rows.ARRIVED, _SHARE_OF_KIND, among=_MOODS, kinds=("angry", "annoyed"),
    ),
    Figure(
        "sentiment_neutral", _("Neutral messages"), _("Messages that sound neutral: an estimate that people correct."),
        Unit.SHARE, rows.ARRIVED, _SHARE_OF_KIND, among=_MOODS, kinds=("neutral",),
    ),
    Figure(
        "sentiment_positive", _("Positive messages"), _("Messages that sound happy: an estimate that people correct."),
        Unit.SHARE, rows.ARRIVED, _SHARE_OF_KIND, among=_MOODS, kinds=("happy",),
    ),
    Figure(
        "turn_round", _("Turned round"),
        _("New conversations that began angry or annoyed and whose last message sounds neutral or happy."),
        Unit.SHARE, rows.TURNS, _SHARE,
    ),
    Figure(
        "sent_unchanged", _("Canned replies sent unchanged"),
        _("Answers that are a canned reply word for word, of all messages out."),
        Unit.SHARE, rows.SENT, _SHARE_OF_KIND, kinds=("unchanged",),
    ),
)  # fmt: skip
FIGURES: Mapping[str, Figure] = {figure.name: figure for figure in _FIGURES}


def values_of(scope: Scope, names: Iterable[str] = FIGURES) -> dict[str, Value]:
    """Return these figures of a scope. One statement for all that rest on the same rows."""
    found: dict[str, Value] = {}
    wanted = [FIGURES[name] for name in names]
    for source in dict.fromkeys(figure.rows for figure in wanted):
        together = [figure for figure in wanted if figure.rows == source]
        columns = ", ".join(column for figure in together for column in _columns(figure))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM ({source}) AS counted", scope.params)  # noqa: S608  constants
            row = cursor.fetchone() or ()
        for place, figure in enumerate(together):
            found[figure.name] = Value(_number(figure.unit, row[2 * place]), row[2 * place + 1])
    return found


def condition_of(figure: Figure) -> str:
    """Return which of its rows a figure counts, as a condition in SQL: those of the share, where it is one."""
    return f"{_one_of(figure.among)} AND {_one_of(figure.kinds)}"


def _columns(figure: Figure) -> Iterator[str]:
    conditions = {"among": _one_of(figure.among), "kinds": _one_of(figure.kinds)}
    yield figure.value.format(**conditions)
    yield "count(*) FILTER (WHERE {among})".format(**conditions)


def _one_of(kinds: tuple[str, ...]) -> str:
    return f"kind IN ({', '.join(repr(kind) for kind in kinds)})" if kinds else "true"


def _number(unit: Unit, value: Any) -> int | float | None:
    """Return a value as it is shown and exported everywhere: four places at most, seconds and counts whole if so."""
    if value is None or unit == Unit.COUNT:
        return value if value is None else int(value)
    rounded = round(float(value), 4)
    return int(rounded) if unit == Unit.SECONDS and rounded.is_integer() else rounded
