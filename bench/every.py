"""Every page there is, over HTTP: the one that nobody thought of is the slow one."""

from __future__ import annotations

import contextlib
import statistics
from collections.abc import Iterator

from bench import stage
from bench.browser import Browser
from bench.compare import Line
from bench.ready import Ready

TURNS = 3  # after a first one, which is not counted
NAMED = 5  # so many of the slowest are named


def measure(ready: Ready) -> Iterator[Line]:
    """Yield the middle of all pages a lead may open, and the slowest with their addresses."""
    stage.inside(ready.full.environment, "rolled")
    ours = Browser(ready.full.address, ready.full.cookie)
    took: dict[str, float] = {}
    for address in stage.inside(ready.full.environment, "addresses"):
        with contextlib.suppress(RuntimeError):  # what answers otherwise is no page of a lead
            ours.get(address)
            took[address] = statistics.median(ours.get(address) for _turn in range(TURNS))
    yield Line(f"the middle one of {len(took)} pages and lists", statistics.median(took.values()))
    for address in sorted(took, key=took.__getitem__, reverse=True)[:NAMED]:
        yield Line(f"slowest: {address}", took[address], bar="≤ 300 ms")
