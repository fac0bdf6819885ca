"""Posts of a month or a week, day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from inbox.models import User
from publishing.display import Asked, Line, lines_of, rows_of

MOST = 500  # posts on one page
_WEEK = timedelta(days=7)
_FIRST, _LAST = date(2000, 1, 3), date(2199, 12, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A month in whole weeks, or a week."""

    is_week: bool
    on: date  # its first day, or the first of its month

    @classmethod
    def of(cls, params: Mapping[str, str]) -> Period:
        """Read an address: the period of today where it names none."""
        is_week = params.get("view") == "week"
        day = day_in(params.get("on", "")) or timezone.localdate()
        day = min(max(day, _FIRST), _LAST)
        return cls(is_week, _monday(day) if is_week else day.replace(day=1))

    @property
    def first(self) -> date:
        """The first day shown."""
        return _monday(self.on)

    @property
    def end(self) -> date:
        """The day behind the last one shown."""
        return self.on + _WEEK if self.is_week else _monday(self.next - timedelta(days=1)) + _WEEK

    @property
    def next(self) -> date:
        """Where the next one starts."""
        return self.on + _WEEK if self.is_week else (self.on + timedelta(days=32)).replace(day=1)

    @property
    def before(self) -> date:
        """Where the one before starts."""
        return self.on - _WEEK if self.is_week else (self.on - timedelta(days=1)).replace(day=1)

    @property
    def view(self) -> str:
        """Its word in an address."""
        return "week" if self.is_week else "month"


@dataclass(frozen=True, slots=True)
class Day:
    """A day with its posts, the first first."""

    day: date
    lines: Sequence[Line]
    is_today: bool
    is_past: bool
    is_outside: bool  # of another month


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weeks of days, and whether there were more posts than fit."""

    weeks: list[list[Day]]
    is_cut: bool
    is_empty: bool


def calendar_of(user: User, asked: Asked, period: Period) -> Calendar:
    """Return what somebody sees of a period. Its statements do not grow with its posts."""
    rows = rows_of(user, asked).filter(at__gte=_midnight(period.first), at__lt=_midnight(period.end))
    found = list(rows.order_by("at", "id")[: MOST + 1])
    by_day: dict[date, list[Line]] = {}
    for line in lines_of(found[:MOST]):
        by_day.setdefault(timezone.localtime(line.post.at).date(), []).append(line)
    today = timezone.localdate()
    days = [period.first + timedelta(days=number) for number in range((period.end - period.first).days)]
    shown = [
        Day(
            day, by_day.get(day, []), day == today, day < today, not period.is_week and day.month != period.on.month
        )
        for day in days
    ]  # fmt: skip
    return Calendar([shown[start : start + 7] for start in range(0, len(shown), 7)], len(found) > MOST, not found)


def day_in(text: str) -> date | None:
    """Return the day an address names, None where it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
