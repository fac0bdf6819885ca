"""Lines and bands as paths of SVG, in a plane of their own that is stretched to its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

WIDE, HIGH = 1000, 120


def line(values: Sequence[float | None], most: float) -> str:
    """Return a line through values, broken where there is none. `most` is what the top stands for."""
    return " ".join(_steps(values, most))


def band(low: Sequence[float | None], high: Sequence[float | None], most: float) -> str:
    """Return the area between two lines, one part for each run of values that follow each other."""
    places = [
        None if below is None or above is None else (across(number, len(low)), top(below, most), top(above, most))
        for number, (below, above) in enumerate(zip(low, high, strict=True))
    ]
    parts = []
    for is_there, run in groupby(places, key=lambda place: place is not None):
        if is_there:
            found = [place for place in run if place]
            ends = [f"{x:.1f} {above}" for x, _below, above in found]
            ends += [f"{x:.1f} {below}" for x, below, _above in reversed(found)]
            parts.append(f"M{' L'.join(ends)} Z")
    return " ".join(parts)


def level(value: float, most: float) -> str:
    """Return a line that stays at a value."""
    return f"M0 {top(value, most)} L{WIDE} {top(value, most)}"


def top(value: float, most: float) -> float:
    """Return how far below the top a value stands."""
    return round(HIGH * (1 - min(value / most, 1)), 1)


def across(number: int, of: int) -> float:
    """Return how far from the left one of so many values stands."""
    return number * WIDE / max(of - 1, 1)


def _steps(values: Sequence[float | None], most: float) -> Iterator[str]:
    is_on = False
    for number, value in enumerate(values):
        if value is not None:
            place = f"{across(number, len(values)):.1f} {top(value, most)}"
            # A day alone is a dot: a line of no length with round ends.
            yield f"L{place}" if is_on else f"M{place} L{place}"
        is_on = value is not None
