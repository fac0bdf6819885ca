"""When the office is open: its hours by weekday, and days on which it is otherwise. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

# From and until, by the clock on the wall. One that ends at or before its start goes on into the next day; until
# 0:00 is until midnight, and the same time twice is a whole day.
Span = tuple[time, time]

FARTHEST = 400  # days looked at in either direction: a year and a bit, so that a yearly exception is among them
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_BETWEEN = re.compile(r"\s*(?:[-–—]|\btot\b|\bto\b)\s*")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?")
_SEPARATOR = re.compile(r"[,;]|\ben\b|\band\b")


class Unreadable(ValueError):
    """These are no hours. `part` is what could not be read; "" where spans overlap."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours. Where `week` names no day at all nobody made any, and it is always open.

    A day in `days` goes before a public holiday, and that before its weekday. A span belongs to the day on which it
    begins, also past midnight.

    When the clock goes forward, a missing time is the moment it jumps; when it goes back, a span begins the first time
    and ends the last.
    """

    zone: tzinfo
    week: Mapping[int, Sequence[Span]] = field(default_factory=dict)  # 0 is Monday; a day not named is closed
    days: Mapping[date, Sequence[Span]] = field(default_factory=dict)
    holidays: Container[date] = ()  # closed, unless `days` says otherwise

    @property
    def known(self) -> bool:
        """Whether anybody made any."""
        return bool(self.week)

    def is_open(self, moment: datetime) -> bool:
        """Whether the office is open at a moment."""
        if not self.known:
            return True
        day = moment.astimezone(self.zone).date()
        return any(start <= moment < end for start, end in self._between(day - _DAY, day))

    def opens_next(self, moment: datetime) -> datetime | None:
        """Return the first moment from this one at which it is open, by its own clock; None: none in sight."""
        if self.is_open(moment):
            return moment.astimezone(self.zone)
        day = moment.astimezone(self.zone).date()
        for n in range(FARTHEST):
            starts = [start for start, _end in self.on(day + n * _DAY) if start > moment]
            if starts:
                return min(starts).astimezone(self.zone)
        return None

    def closed_since(self, moment: datetime) -> datetime | None:
        """Return when it closed last: what names the closed period a moment lies in. None while it is open.

        LONG_AGO where it has not been open within sight.
        """
        if self.is_open(moment):
            return None
        day = moment.astimezone(self.zone).date()
        for last in (day - n * _DAY for n in range(FARTHEST)):
            if any(end <= moment for _start, end in self.on(last)):
                # The day before may have a span that ends later, since it runs past midnight.
                return max(end for _start, end in self._between(last - _DAY, last) if end <= moment)
        return LONG_AGO

    def on(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The spans that begin on a day, as moments; one that the jump of the clock left nothing of is none."""
        for opens, closes in self._spans(day):
            start = moment_at(day, opens, self.zone)
            end = moment_at(day + _DAY if closes <= opens else day, closes, self.zone, last=True)
            if start < end:
                yield start, end

    def _between(self, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
        for n in range((last - first).days + 1):
            yield from self.on(first + n * _DAY)

    def _spans(self, day: date) -> Sequence[Span]:
        if day in self.days:
            return self.days[day]
        return () if day in self.holidays else self.week.get(day.weekday(), ())


def moment_at(day: date, at: time, zone: tzinfo, *, last: bool = False) -> datetime:
    """Return when the clock on the wall says this. A time that comes twice: the first, or the last.

    One that is skipped is the moment at which the clock jumps.
    """
    local = datetime.combine(day, at, tzinfo=zone)
    first, second = local.replace(fold=0).astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if first <= second:
        return second if last else first
    before = second.astimezone(zone).utcoffset()
    while first - second > timedelta(seconds=1):
        middle = second + (first - second) / 2
        if middle.astimezone(zone).utcoffset() == before:
            second = middle
        else:
            first = middle
    return first.replace(microsecond=0)


def parsed(text: str) -> list[Span]:
    """Read "9:00-12:30, 13:30-17:00" as spans in order; nothing, or a word for closed, is none. Raises Unreadable."""
    if text.strip().lower() in ("", "-", "closed", "gesloten", "dicht"):
        return []
    spans = sorted(_span(part) for part in _SEPARATOR.split(text.lower()))
    for (_opens, closes), (following, _end) in zip(spans, spans[1:], strict=False):
        if closes == time() or closes > following:
            raise Unreadable("")
    # Only the day's last span may run past midnight, and then not into the day's first.
    if any(closes <= opens and closes != time() for opens, closes in spans[:-1]):
        raise Unreadable("")
    return spans


def written(spans: Sequence[Span]) -> str:
    """Write spans as `parsed` reads them."""
    return ", ".join(f"{opens:%H:%M}-{'24:00' if closes == time() else f'{closes:%H:%M}'}" for opens, closes in spans)


def _span(part: str) -> Span:
    ends = _BETWEEN.split(part.strip())
    if len(ends) != 2:  # noqa: PLR2004  from and until
        raise Unreadable(part.strip())
    return _time(ends[0], part, midnight="0"), _time(ends[1], part, midnight="24")


def _time(text: str, part: str, *, midnight: str) -> time:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise Unreadable(part.strip())
    hour, minute = int(found[1]), int(found[2] or 0)
    if (hour, minute) == (24, 0) and midnight == "24":
        return time()
    try:
        return time(hour, minute)
    except ValueError:
        raise Unreadable(part.strip()) from None
