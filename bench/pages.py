"""Pages over HTTP: the list, a conversation, live updates; beside the peer, the bare view, and a small database."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench.browser import Browser
from bench.compare import Line, in_turns, line
from bench.ready import Ready

_PANE = {"HX-Request": "true", "HX-Target": "pane"}


def measure(ready: Ready) -> Iterator[Line]:
    """Yield a line for each bar about pages."""
    ours = Browser(ready.full.address, ready.full.cookie)
    small = Browser(ready.small.address, ready.small.cookie)
    floor = Browser(ready.floor)
    pairs, conversation = ready.pairs, ready.full.conversation
    list_page = partial(ours.get, "/inbox/")
    if ready.peer:
        peer = Browser(ready.peer.address, ready.peer.cookie)
        beside = in_turns(list_page, partial(peer.get, ready.peer.list), pairs=pairs)
        yield line("list, full page, vs django-helpdesk", beside, "≥ 20 ×", note=ready.peer.size)
        ticket = partial(peer.get, ready.peer.ticket)
        pane = in_turns(partial(ours.get, conversation, _PANE), ticket, pairs=pairs)
        yield line("conversation, pane, vs helpdesk's ticket", pane, "≥ 6 ×")
        whole = in_turns(partial(ours.get, conversation), ticket, pairs=pairs)
        yield line("conversation, full page, vs helpdesk's ticket", whole, "≥ 2.5 ×")
    bare = partial(floor.get, "/")
    yield line("list, full page, vs bare Django view", in_turns(list_page, bare, pairs=pairs), "≤ 3 ×")
    growth = in_turns(list_page, partial(small.get, "/inbox/"), pairs=pairs)
    yield line(f"list, {ready.full.still_open:,} open vs {ready.small.still_open:,}", growth, "≤ 1.15 ×")
    lead = in_turns(partial(ours.get, "/lead/"), bare, pairs=pairs)
    yield line("the lead's page, beside the bare view", lead, "≤ 100 ms")
    updates = partial(ours.get, f"/inbox/updates/?since={ready.full.since}")
    yield line("live updates, one change, vs bare view", in_turns(updates, bare, pairs=pairs), "≤ 2 ×")


def layers(ready: Ready) -> Iterator[Line]:
    """Yield what each layer of the list page costs, from the outside in; without bars."""
    ours, floor = Browser(ready.full.address, ready.full.cookie), Browser(ready.floor)
    stranger = Browser(ready.full.address, "none=1")
    bare = partial(floor.get, "/")
    for name, page in (
        ("server and middleware: a page that is not there", partial(stranger.get, "/nowhere/", status=404)),
        ("and the session and the person: a token", partial(ours.get, "/inbox/session/")),
        ("and the rows: the list by htmx", partial(ours.get, "/inbox/", {"HX-Request": "true", "HX-Target": "list"})),
        ("and the shell with its counts: the whole page", partial(ours.get, "/inbox/")),
    ):
        yield line(f"layer: {name}", in_turns(page, bare, pairs=ready.pairs), "")
