"""Lines and bands as paths of SVG, in a plane of their own that is stretched to its place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

WIDE, HIGH = 1000, 120
_ALONE = 6  # how far a day alone reaches to both sides


def line(values: Sequence[float | None], most: float) -> str:
    """Return a line through values, broken where there is none. `most` is what the top stands for."""
    return path(
        None if value is None else (across(number, len(values)), top(value, most))
        for number, value in enumerate(values)
    )


def path(places: Iterable[tuple[float, float] | None]) -> str:
    """Return a line through places, broken where there is none. One alone is a short dash: a dot is overlooked."""
    parts = []
    for is_there, run in groupby(places, key=lambda place: place is not None):
        found = [place for place in run if place] if is_there else []
        if len(found) == 1:
            x, y = found[0]
            parts.append(f"M{x - _ALONE:.1f} {y} L{x + _ALONE:.1f} {y}")
        elif found:
            parts.append("M" + " L".join(f"{x:.1f} {y}" for x, y in found))
    return " ".join(parts)


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
