"""The search page for every class of word: from one that stands nowhere to one in every fifth message."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote_plus

from bench.browser import Browser
from bench.compare import Line, percentile
from bench.ready import Ready

WORDS = {
    "nowhere": "zeppelin",
    "rare": "VW-99123",
    "in between": "barokcommode",
    "common": "Groningen",
    "commonest": "bestelling",
    "two words": "bestelling Utrecht",
    "a rare and a common one": "barokcommode bestelling",
    "unfinished": "slaapkamerl",
    "phrase": '"drie weken geleden"',
    "another form": "bezorgers",
}


def measure(ready: Ready) -> Iterator[Line]:
    """Yield the slowest class and all of them."""
    browser = Browser(ready.full.address, ready.full.cookie)
    took: dict[str, list[float]] = {}
    for name, words in WORDS.items():
        path = f"/inbox/search/?q={quote_plus(words)}"
        browser.get(path)
        took[name] = [browser.get(path) for _turn in range(ready.pairs)]
    slowest = max(took, key=lambda name: percentile(took[name], 0.95))
    note = ", ".join(f"{name} {percentile(each, 0.95):.0f}" for name, each in took.items())
    yield Line("search, slowest class of word, p95", percentile(took[slowest], 0.95), bar="≤ 100 ms", note=note)
