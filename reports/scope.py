"""What figures are about: a period, and which accounts, team, label and person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from channels.models import Account


@dataclass(frozen=True, slots=True)
class Scope:
    """The days from the first to the last, both of them too, by our clock; None for anything."""

    first: date
    last: date
    accounts: tuple[int, ...]
    team: int | None = None
    label: int | None = None
    person: int | None = None
    every: bool = False  # whether these are all accounts there are
    closed: tuple[int, ...] = ()  # teams whose conversations the reader does not see

    @property
    def since(self) -> datetime:
        """When the period begins."""
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """When it is over."""
        return _midnight(self.last + timedelta(days=1))

    def of_days(self, first: date, last: date) -> Scope:
        """Return the same of other days."""
        return replace(self, first=first, last=last)

    @property
    def before(self) -> Scope:
        """The period of as many days just before it."""
        days = self.last - self.first + timedelta(days=1)
        return replace(self, first=self.first - days, last=self.last - days)

    @property
    def params(self) -> dict[str, Any]:
        """The same for statements."""
        return {
            "since": self.since, "until": self.until, "accounts": list(self.accounts), "team": self.team,
            "label": self.label, "person": self.person, "every": self.every,
            "closed": list(self.closed), "closed_to_none": not self.closed,
            "zone": timezone.get_current_timezone_name(),
        }  # fmt: skip


def scope_of(
    first: date,
    last: date,
    accounts: Collection[int],
    *,
    every: bool = False,
    closed: Collection[int] = (),
    **more: int | None,
) -> Scope:
    """Return the scope of these days, whichever of them comes first."""
    first, last = sorted((first, last))
    return Scope(first, last, tuple(sorted(accounts)), every=every, closed=tuple(closed), **more)


def is_practised() -> bool:
    """Whether there are accounts of practice: then all accounts are more than those that count."""
    return Account.every.filter(practice__isnull=False).exists()


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
