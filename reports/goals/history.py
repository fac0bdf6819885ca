"""Which goal holds on a day, what was chosen before, and choosing one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from channels.models import Account
from inbox.models import Event, Team, User
from reports.figures import FIGURES, Figure
from reports.goals.meaning import STEP, words_of
from reports.goals.models import Goal

# What is neither good nor bad, however much there is of it.
_NO_GOAL = frozenset((
    "messages_in", "messages_out", "messages_proactive", "conversations_new", "reach_negative_answered",
))  # fmt: skip


class Of(NamedTuple):
    """Whose goal it is: an account's, a team's, or, where it is of neither, everybody's."""

    account: int | None = None
    team: int | None = None


class Goals:
    """The goals that hold on one day, of everything, of accounts and of teams. One statement."""

    def __init__(self, day: date) -> None:
        rows = Goal.objects.filter(starts__lte=day, figure__in=FIGURES)
        newest = rows.order_by("figure", "account_id", "team_id", "-starts").distinct("figure", "account_id", "team_id")
        self._goals = {(row.figure, Of(row.account_id, row.team_id)): row for row in newest}

    def of(self, account: int | None = None, team: int | None = None) -> dict[str, Goal]:
        """Return the goal of each figure that has one: the account's own, else the team's, else everybody's."""
        places = [place for place in (Of(account=account), Of(team=team)) if place != Of()] + [Of()]
        return {figure: goal for figure in FIGURES if (goal := self._first(figure, places)) is not None}

    def _first(self, figure: str, places: Iterable[Of]) -> Goal | None:
        goals = (self._goals.get((figure, place)) for place in places)
        return next((goal for goal in goals if goal is not None and goal.value is not None), None)


def figures() -> list[Figure]:
    """Return the figures that can have a goal."""
    return [figure for figure in FIGURES.values() if figure.name not in _NO_GOAL]


def history(accounts: Collection[int], teams: Collection[int]) -> list[tuple[Figure, list[tuple[Goal, str]]]]:
    """Return every goal there was and its words, by figure, the newest first: of these accounts and teams alone."""
    seen = (Q(account=None) | Q(account__in=accounts)) & (Q(team=None) | Q(team__in=teams))
    found = Goal.objects.filter(seen, figure__in=FIGURES).select_related("by", "account", "team")
    rows: dict[str, list[tuple[Goal, str]]] = {}
    for row in found.defer("account__sealed_credentials").order_by("account_id", "team_id", "-starts"):
        rows.setdefault(row.figure, []).append((row, words_of(FIGURES[row.figure], row.value)))
    return [(figure, rows[name]) for name, figure in FIGURES.items() if name in rows]


@transaction.atomic
def choose(
    by: User, name: str, starts: date, filled_in: float | None, *, account: Account | None = None,
    team: Team | None = None,
) -> Goal:  # fmt: skip
    """Let a figure have a goal from a day on, in what people fill in: minutes, percents or a number; None ends it."""
    figure = FIGURES[name]
    value = None if filled_in is None else round(filled_in * STEP[figure.unit], 6)
    whose: dict[str, Any] = {"figure": name, "account": account, "team": team}
    before = Goal.objects.filter(**_given(whose), starts__lte=starts).order_by("-starts").first()
    goal, _made = Goal.objects.update_or_create(
        **whose, starts=starts, defaults={"value": value, "by": by, "at": timezone.now()}
    )
    verb = ("goal_set" if value is not None else "goal_ended") + ("_of_team" if team else "")
    of_team: dict[str, Any] = {"team": team.pk} if team else {}
    Event.note(
        verb, actor=by, account=account, figure=name, title=_english(figure), starts=starts,
        was=words_of(figure, before.value if before else None), now=words_of(figure, value),
        **of_team,
    )  # fmt: skip
    return goal


def _given(whose: dict[str, Any]) -> dict[str, Any]:
    return {f"{name}__isnull" if value is None else name: value is None or value for name, value in whose.items()}


def _english(figure: Figure) -> str:
    """Return a figure's name as the code has it: the log tells it in its reader's language."""
    with translation.override("en"):
        return str(figure.title)
