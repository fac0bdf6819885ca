"""When a rule looks: something happens, somebody waits for so long, or the clock says so. As it is stored. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from inbox.models.opening_hours import moment_at
from inbox.models.rule import LONGEST_WAIT, Rule
from inbox.routing.rules.conditions import Unreadable
from webcare.lib import time_zones

MOST = 10  # moments of one rule
DAYS: Mapping[str, Collection[int]] = {
    "": range(7), "workdays": range(5), "weekend": (5, 6), **{str(day): (day,) for day in range(7)},
}  # fmt: skip
WAITING = (Rule.Kind.WAITS, Rule.Kind.UNTOUCHED)
SWEPT = (*WAITING, Rule.Kind.CLOCK)  # what nothing sets off but time
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Moment:
    """One of them. Minutes pass in opening hours, unless `round_the_clock`."""

    kind: str
    minutes: int = 0
    round_the_clock: bool = False
    at: time = time()
    days: str = ""
    zone: str = ""  # whose clock strikes; "" for the organisation's

    @property
    def length(self) -> timedelta:
        """How long somebody waits before it."""
        return timedelta(minutes=self.minutes)

    @property
    def is_swept(self) -> bool:
        """Whether nothing sets it off but time."""
        return self.kind in SWEPT

    def last_stroke(self, now: datetime, house: tzinfo) -> datetime:
        """Return when its clock last said so, up to now; `house` is the organisation's.

        Where a time comes twice, the first one counts.
        """
        zone = ZoneInfo(self.zone) if self.zone else house
        today = now.astimezone(zone).date()
        for back in range(-1, 8):
            day = today - back * _DAY
            stroke = moment_at(day, self.at, zone)
            if day.weekday() in DAYS[self.days] and stroke <= now:
                return stroke
        raise AssertionError("A week has every day.")


def read_moments(stored: Any) -> tuple[Moment, ...]:
    """Return the moments that were stored as JSON: of each kind one. Raises Unreadable."""
    if not isinstance(stored, list) or len(stored) > MOST or not all(isinstance(one, Mapping) for one in stored):
        raise Unreadable("no list")
    moments = tuple(_read_moment(one) for one in stored)
    if len({moment.kind for moment in moments}) < len(moments):
        raise Unreadable("a kind twice")
    return moments


def stored_moments(moments: Sequence[Moment]) -> list[dict[str, Any]]:
    """Return moments as JSON."""
    return [_stored(moment) for moment in moments]


def _stored(moment: Moment) -> dict[str, Any]:
    if moment.kind in WAITING:
        return {"kind": moment.kind, "minutes": moment.minutes, "round_the_clock": moment.round_the_clock}
    if moment.kind == Rule.Kind.CLOCK:
        stored = {"kind": moment.kind, "at": moment.at.strftime("%H:%M"), "days": moment.days}
        return stored | ({"zone": moment.zone} if moment.zone else {})
    return {"kind": moment.kind}


def _read_moment(stored: Mapping[str, Any]) -> Moment:
    kind = stored.get("kind")
    if kind in WAITING:
        minutes = stored.get("minutes")
        if not isinstance(minutes, int) or not 1 <= minutes <= LONGEST_WAIT:
            raise Unreadable("no minutes")
        return Moment(kind, minutes, stored.get("round_the_clock") is True)
    if kind == Rule.Kind.CLOCK:
        days, zone = stored.get("days", ""), stored.get("zone", "")
        try:
            at = time.fromisoformat(stored["at"])
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable("no time") from error
        if days not in DAYS or at.tzinfo is not None:
            raise Unreadable("no days")
        if zone and zone not in time_zones.known():
            raise Unreadable("no time zone")
        return Moment(kind, at=at.replace(second=0, microsecond=0), days=days, zone=zone)
    if kind not in Rule.Kind.values:
        raise Unreadable("no moment")
    return Moment(kind)
