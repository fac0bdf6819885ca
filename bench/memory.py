"""What the whole stack holds in memory, and what the first page of a fresh process costs."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from bench import stage
from bench.browser import Browser
from bench.compare import Line, percentile
from bench.ready import Ready
from webcare import embedded

FRESH = 3
_SETTLE = 20.0  # seconds until every process has done its first work


def measure(ready: Ready) -> Iterator[Line]:
    """Yield resident memory with everything running, and the first page beside a warm one."""
    with stage.everything(ready.full.environment, stage.PORT + 4) as site:
        browser = Browser(site.address, ready.full.cookie)
        for path in ("/inbox/", ready.full.conversation, "/inbox/search/?q=bestelling"):
            browser.get(path)
        time.sleep(_SETTLE)
        held = {child.name: resident_of_group(child.process.pid) for child in site.children if child.process}
        servers = sum(resident_of_server(server) for server in stage.SERVERS)
    note = ", ".join(f"{name} {size:.0f}" for name, size in held.items())
    note += f"; PostgreSQL and Redis hold {servers:.0f} more, of which shared_buffers may be 1,024"
    yield Line("web, workers and beat, proportional share", sum(held.values()), bar="≤ 512 MB", unit="MB", note=note)
    first, warm = zip(*(_first_and_warm(ready, stage.PORT + 7) for _turn in range(FRESH)), strict=True)
    ratio = [one / other for one, other in zip(first, warm, strict=True)]
    yield Line(
        "first page of a fresh process vs a warm one", statistics.median(first), statistics.median(warm),
        statistics.median(ratio), min(ratio), max(ratio), "≤ 2 ×",
    )  # fmt: skip


def resident_of(pid: int) -> float:
    """Return the MB a process holds; what it shares with others counts by its part."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/smaps_rollup") as rows:
        return next(int(row.split()[1]) for row in rows if row.startswith("Pss:")) / 1024
    return 0.0


def resident_of_group(group: int) -> float:
    """Return what a process and all that it started hold."""
    total = 0.0
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            if int((place / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                total += resident_of(int(place.name))
    return total


def resident_of_server(server: embedded.Server) -> float:
    """Return what PostgreSQL or Redis holds, with the processes it started."""
    main = {str(pid) for pid in server.processes()}
    total = 0.0
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            if place.name in main or (place / "stat").read_text().rpartition(")")[2].split()[1] in main:
                total += resident_of(int(place.name))
    return total


def _first_and_warm(ready: Ready, port: int) -> tuple[float, float]:
    site = stage.Site(ready.full.environment, port)
    try:
        site.start_web()
        stage.wait_for_port(port)
        browser = Browser(site.address, ready.full.cookie)
        first = browser.get("/inbox/")
        return first, percentile([browser.get("/inbox/") for _turn in range(10)], 0.5)
    finally:
        site.end()
