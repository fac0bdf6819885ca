"""What a measurement finds ready: sites that run, people who are signed in, the peer where it is installed."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import stage
from bench.helpdesk import peer
from bench.report import say

PEOPLE = 60


@dataclass(frozen=True, slots=True)
class Served:
    """One of our databases, served."""

    environment: dict[str, str]
    address: str
    cookies: list[str]
    conversation: str
    since: int
    channel: str
    still_open: int

    @property
    def cookie(self) -> str:
        """One person's cookie."""
        return self.cookies[0]


@dataclass(frozen=True, slots=True)
class Peer:
    """The peer, served."""

    address: str
    cookie: str
    list: str
    ticket: str
    tickets: int

    @property
    def size(self) -> str:
        """How much it holds."""
        return f"{self.tickets:,} tickets"


@dataclass(frozen=True, slots=True)
class Ready:
    """Everything that runs."""

    full: Served
    small: Served
    floor: str
    peer: Peer | None
    pairs: int
    seconds: int
    copy: dict[str, str] | None  # the environment of another copy of the full database, where it was asked for
    running: contextlib.ExitStack = field(repr=False)


@contextlib.contextmanager
def ready(
    full: stage.Size, small: stage.Size, *, tickets: int, pairs: int, seconds: int, copied: bool = False
) -> Iterator[Ready]:
    """Fill what is not filled, and serve copies until the block ends. `copied`: with a second one of the full one."""
    for size in (full, small):
        stage.fill(size)
    has_peer = peer.is_installed()
    if not has_peer:
        say("django-helpdesk is not installed (make bench installs it where it can): its lines are left out.")
    facts = peer.filled(tickets) if has_peer else {}
    with contextlib.ExitStack() as running:
        environments = [running.enter_context(stage.copied(size)) for size in (full, small)]
        copy = running.enter_context(stage.copied(full, to="connected")) if copied else None
        sites = [_served(running, environment, stage.PORT + number) for number, environment in enumerate(environments)]
        floor = running.enter_context(_floor(environments[0], stage.PORT + 2))
        made = None
        if has_peer:
            address = running.enter_context(peer.served(tickets, stage.PORT + 3))
            made = Peer(address, facts["cookie"], facts["list"], facts["ticket"], tickets)
        yield Ready(sites[0], sites[1], floor, made, pairs, seconds, copy, running)


def _served(running: contextlib.ExitStack, environment: dict[str, str], port: int) -> Served:
    stage.manage(environment, "collectstatic", "--no-input", "-v0")
    told = stage.inside(environment, "people", str(PEOPLE))
    site = running.enter_context(stage.web(environment, port))
    return Served(
        environment, site.address, told["cookies"], told["conversation"], told["since"], told["channel"], told["open"]
    )


def _floor(environment: dict[str, str], port: int) -> contextlib.AbstractContextManager[str]:
    command = [sys.executable, "-m", "gunicorn", "-w1", "-b", f"127.0.0.1:{port}", "--keep-alive", "60"]
    return stage.process([*command, "bench.floors.django_view:application"], environment, port, "floor")
