"""Which goal holds on a day, what was chosen before, and choosing one."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone, translation

from inbox.models import Event, User
from reports.figures import FIGURES, Figure
from reports.goals.meaning import STEP, words_of
from reports.goals.models import Goal

# What is neither good nor bad, however much there is of it.
_NO_GOAL = frozenset(("messages_in", "messages_out", "messages_proactive", "conversations_new"))


def figures() -> list[Figure]:
    """Return the figures that can have a goal."""
    return [figure for figure in FIGURES.values() if figure.name not in _NO_GOAL]


def holding(day: date) -> dict[str, Goal]:
    """Return the goal of each figure that has one on a day."""
    rows = Goal.objects.filter(starts__lte=day, figure__in=FIGURES).order_by("figure", "-starts").distinct("figure")
    return {row.figure: row for row in rows if row.value is not None}


def history() -> list[tuple[Figure, list[tuple[Goal, str]]]]:
    """Return every goal there was and its words, by figure, the newest first."""
    rows: dict[str, list[tuple[Goal, str]]] = {}
    for row in Goal.objects.filter(figure__in=FIGURES).select_related("by").order_by("-starts"):
        rows.setdefault(row.figure, []).append((row, words_of(FIGURES[row.figure], row.value)))
    return [(figure, rows[name]) for name, figure in FIGURES.items() if name in rows]


@transaction.atomic
def choose(by: User, name: str, starts: date, filled_in: float | None) -> Goal:
    """Let a figure have a goal from a day on, in what people fill in: minutes, percents or a number; None ends it."""
    figure = FIGURES[name]
    value = None if filled_in is None else round(filled_in * STEP[figure.unit], 6)
    before = Goal.objects.filter(figure=name, starts__lte=starts).order_by("-starts").first()
    goal, _made = Goal.objects.update_or_create(
        figure=name, starts=starts, defaults={"value": value, "by": by, "at": timezone.now()}
    )
    Event.note(
        "goal_set" if value is not None else "goal_ended", actor=by, figure=name, title=_english(figure),
        starts=starts, was=words_of(figure, before.value if before else None), now=words_of(figure, value),
    )  # fmt: skip
    return goal


def _english(figure: Figure) -> str:
    """Return a figure's name as the code has it: the log tells it in its reader's language."""
    with translation.override("en"):
        return str(figure.title)
