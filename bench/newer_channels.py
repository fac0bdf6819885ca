"""The inbox with all newer channels connected, beside the same one without: what they cost who has them.

Chat, mail, YouTube, Mastodon, Bluesky, what was found on the web, monitoring, a CRM, planned posts and the assistant
are connected in a copy of the database. Both are served, and asked the same in turns.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import quote_plus

from bench import stage
from bench.browser import Browser
from bench.compare import Line, in_turns, line
from bench.ingest import PAGE
from bench.ready import PEOPLE, Ready
from bench.search import WORDS

_PANE = {"HX-Request": "true", "HX-Target": "pane"}
_SHARE = 50  # of the open conversations, one in so many comes in at each channel
_MORE = 4  # times as many turns for what takes milliseconds
BAR = "≤ 1.1 ×"  # a twentieth for what is more, a twentieth for noise


def measure(ready: Ready) -> Iterator[Line]:
    """Yield what each part of the inbox takes with everything connected, beside without."""
    if ready.copy is None:
        raise RuntimeError("there is no copy of the database")
    stage.manage(ready.copy, "collectstatic", "--no-input", "-v0")
    person = stage.inside(ready.copy, "people", str(PEOPLE))
    code = person["conversation"].strip("/").rpartition("/")[2]
    told = stage.inside(ready.copy, "newer_channels", str(max(ready.full.still_open // _SHARE, 1)), code)
    note = f"{told['conversations']:,} open conversations at {told['accounts']} accounts more"
    # Both servers are as young: what one learned before would count.
    with stage.web(ready.copy, stage.PORT + 12) as more, stage.web(ready.full.environment, stage.PORT + 13) as fewer:
        with_all, without = Browser(more.address, person["cookies"][0]), Browser(fewer.address, ready.full.cookie)
        for name, asked, turns in _pages(person["conversation"]):
            pair = in_turns(partial(asked, with_all), partial(asked, without), pairs=ready.pairs * turns, warm=8)
            yield line(f"all channels connected, {name}", pair, BAR, note=note)
            note = ""
    with _stored(ready.copy) as ours, _stored(ready.full.environment) as theirs:
        pair = in_turns(ours, theirs, pairs=ready.pairs)
    yield line(f"all channels connected, {PAGE} new posts stored", pair, BAR)


def _pages(conversation: str) -> Iterator[tuple[str, Callable[[Browser], float], int]]:
    """Yield a part's name, how a browser asks for it, and how many times more turns than usual it gets."""
    yield "list page", lambda browser: browser.get("/inbox/"), _MORE
    yield "conversation, pane", lambda browser: browser.get(conversation, _PANE), _MORE
    yield "conversation, full page", lambda browser: browser.get(conversation), _MORE
    yield f"{len(WORDS)} searches", _search, 1


def _search(browser: Browser) -> float:
    """Search for a word of each class."""
    return sum(browser.get(f"/inbox/search/?q={quote_plus(words)}") for words in WORDS.values())


@contextlib.contextmanager
def _stored(environment: dict[str, str]) -> Iterator[Callable[[], float]]:
    """Give what has a page of new posts stored; they are gone after the block."""
    command = [sys.executable, "-m", "bench.inside.posts", str(PAGE)]
    with subprocess.Popen(
        command, cwd=stage.ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as storing:

        def store() -> float:
            if storing.stdin is None or storing.stdout is None:
                raise RuntimeError("nothing is stored")
            storing.stdin.write("\n")
            storing.stdin.flush()
            return float(storing.stdout.readline())

        try:
            yield store
        finally:
            if storing.stdin:
                storing.stdin.close()  # then it takes away what it stored
            storing.wait(600)
