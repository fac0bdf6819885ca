"""The table on the terminal, and the same for programs: one object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from bench.compare import Line
from bench.reasons import reason_of

RESULTS = Path(__file__).with_name("results.json")
_HEAD = ("what", "ours", "theirs", "ratio", "95 %", "bar", "holds")


def say(text: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def table(lines: Sequence[Line]) -> None:
    """Print all lines in columns, and under them what there is to say of them."""
    rows = [_HEAD, *map(_cells, lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEAD))]
    for row in rows:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for number, line in enumerate((line for line in lines if line.note), 1):
        say(f"{number}. {line.name}: {line.note}")
    for line in lines:
        if line.holds is False:
            say(f"Missed: {line.name}: {reason_of(line)}.")


def keep(lines: Sequence[Line], **facts: object) -> None:
    """Write bench/results.json: one line each, every one with the facts of the run."""
    found = [{**asdict(line), "reason": reason_of(line), **facts} for line in lines]
    RESULTS.write_text("".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in found))


def _cells(line: Line) -> tuple[str, ...]:
    share = "%" in line.bar
    return (
        line.name,
        f"{_short(line.ours)} {line.unit}",
        "" if line.theirs is None else f"{_short(line.theirs)} {line.unit}",
        _ratio(line.ratio, share),
        "" if line.low is None else f"{_ratio(line.low, share)} – {_ratio(line.high, share)}",
        line.bar,
        {True: "yes", False: "NO", None: ""}[line.holds],
    )


def _ratio(value: float | None, share: bool) -> str:
    if value is None:
        return ""
    return f"{value * 100:.1f} %" if share else f"{value:.2f} ×"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
