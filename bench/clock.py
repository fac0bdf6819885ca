"""Timing, and one table for each measurement."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timed:
    """Milliseconds of one thing done several times."""

    best: float  # what it costs when the machine does nothing else: the one to compare by
    median: float
    worst: float


def timed(act: Callable[[], object], times: int = 9) -> Timed:
    """Do it once to warm up, then so many times."""
    act()
    taken = []
    for _turn in range(times):
        start = time.perf_counter()
        act()
        taken.append((time.perf_counter() - start) * 1000)
    return Timed(min(taken), statistics.median(taken), max(taken))


def say(text: str = "") -> None:
    """Print a line."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table in columns."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    say(f"\n{title}")
    for line in lines:
        say("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
