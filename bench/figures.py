"""The leads' figures: of four weeks and of a year, all together and by account and person."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bench import stage
from bench.browser import Browser
from bench.compare import Line
from bench.ready import Ready

TURNS = 5
PAGES = (
    ("figures of 28 days, the page", "/figures/", 28, "≤ 500 ms"),
    ("figures of a year, the page", "/figures/", 365, "≤ 500 ms"),
    ("figures of a year by account", "/figures/by/account/", 365, ""),
    ("figures of 28 days by person", "/figures/by/person/", 28, ""),
    ("figures of 28 days by label", "/figures/by/label/", 28, ""),
    ("figures of a year by person", "/figures/by/person/", 365, ""),
)


def measure(ready: Ready) -> Iterator[Line]:
    """Sum up what is not summed up, and yield a line for each page. Each asks for the period before too."""
    stage.inside(ready.full.environment, "rolled")
    browser, until = Browser(ready.full.address, ready.full.cookie), datetime.now(tz=UTC).date() - timedelta(days=1)
    for name, path, days, bar in PAGES:
        address = f"{path}?since={until - timedelta(days=days - 1)}&until={until}"
        browser.get(address)
        took = [browser.get(address) for _turn in range(TURNS)]
        yield Line(name, statistics.median(took), bar=bar, note=f"slowest of {TURNS}: {max(took):.0f} ms")
