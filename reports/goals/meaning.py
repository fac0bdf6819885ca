"""What a goal means: in which units it is told, and when a value reaches it. Pure."""

from __future__ import annotations

from reports.figures import Figure, Unit, Value
from reports.goals.models import Goal

# Of these more is better; of all others less.
_MORE_IS_BETTER = frozenset((
    "within_target", "response_rate", "sentiment_neutral", "sentiment_positive", "turn_round", "satisfaction",
    "sent_unchanged", "reach", "engagement_rate", "sentiment_balance",
))  # fmt: skip
STEP = {
    Unit.SECONDS: 60,
    Unit.SHARE: 0.01,
    Unit.RATE: 0.01,
    Unit.COUNT: 1,
    Unit.MONEY: 1,
}  # what one of what people fill in is
_SIGN = {Unit.SECONDS: " min", Unit.SHARE: "%", Unit.RATE: "%", Unit.COUNT: "", Unit.MONEY: " euro"}


def words_of(figure: Figure, value: float | None) -> str:
    """Return a value as a goal."""
    if value is None:
        return ""
    sign = "≥" if figure.name in _MORE_IS_BETTER else "≤"
    return f"{sign} {value / STEP[figure.unit]:g}{_SIGN[figure.unit]}"


def met(figure: Figure, goal: Goal | None, found: Value) -> bool | None:
    """Whether a figure reaches its goal; None where it has none, or nothing was measured."""
    if goal is None or goal.value is None or found.value is None:
        return None
    return is_met(figure, goal.value, found.value)


def is_met(figure: Figure, goal: float, value: float) -> bool:
    """Whether a value reaches its goal."""
    return value >= goal if figure.name in _MORE_IS_BETTER else value <= goal
