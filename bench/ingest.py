"""Storing what platforms tell: beside a bare executemany of the same rows, and beside the peer reading mail."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from bench import stage
from bench.compare import Line, Pair, interval, line
from bench.helpdesk import peer
from bench.ready import Ready

PAGE = 100  # posts; the most that X gives at once
# What is behind has to keep up with `make load`: fifty messages a second. A rule acts a thousand times an hour at most.
_BEHIND = {
    "estimates": ("mood and language told", "≥ 50 /s"),
    "asked": ("a rule asked that does not fit", "≥ 50 /s"),
    "acted": ("a rule that fits does three things", ""),
    "divided": ("conversations divided among twenty", ""),
}


def measure(ready: Ready) -> Iterator[Line]:
    """Yield new and known posts, in milliseconds of a page."""
    pages, mails = ready.pairs, list[float]()
    if ready.peer:
        mails += peer.mails(ready.peer.tickets, ready.pairs)
    told = stage.inside(ready.full.environment, "ingest", str(pages), str(PAGE))
    new, known = Pair(**told["new"]), Pair(**told["known"])
    if ready.peer:
        mails += peer.mails(ready.peer.tickets, ready.pairs)
    yield _share("ingest of new posts, share of executemany", new, 25)
    if mails:
        yield line(
            "ingest of new posts vs helpdesk's mail", Pair([took / PAGE for took in new.ours], mails), "≥ 60 ×",
            unit="ms each",
        )  # fmt: skip
    yield _share("ingest of known posts, share of duplicates", known, 40)


def automated(ready: Ready) -> Iterator[Line]:
    """Yield what it costs to store with a rule, dividing and telling on, and how fast what stands behind is seen to."""
    told = stage.inside(ready.full.environment, "automated", str(min(ready.pairs, 8)), str(PAGE))
    yield line("ingest with a rule, dividing and telling on vs off", Pair(**told["stored"]), "")
    for name, rate in told["behind"].items():
        title, bar = _BEHIND[name]
        yield Line(f"behind ingest: {title}", rate, bar=bar, unit="/s")


def _share(name: str, pair: Pair, bar: int) -> Line:
    """Return how much of the floor's speed ours has."""
    found = interval(pair.theirs, pair.ours)
    ours, theirs = (PAGE * 1000 / statistics.median(took) for took in (pair.ours, pair.theirs))
    return Line(name, ours, theirs, found.ratio, found.low, found.high, f"≥ {bar} %", "/s")
