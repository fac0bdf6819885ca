"""The pages with ten conversations and with very many: the same statements, and nearly the same time."""

from __future__ import annotations

from functools import partial
from types import ModuleType

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench import plans
from bench.clock import say, table, timed
from inbox.models import Conversation

_PAGES = {
    "all open": "/inbox/",
    "mine": "/inbox/?queue=mine",
    "newest first": "/inbox/?sort=newest",
    "by priority": "/inbox/?sort=priority",
    "angry only": "/inbox/?mood=angry",
    "waiting over a day": "/inbox/?waits=24h",
    "closed": "/inbox/?queue=closed",
    "a search": "/inbox/search/?q=woord12",
}


def measure(data: ModuleType, many: int) -> None:
    """Print each page's time and statements, few against many. Then how each list is found, and a page far down."""
    page = Client()
    page.force_login(data.person())
    data.conversations(10)
    data.messages(200)
    pages = _PAGES | {"a conversation": Conversation.objects.earliest("pk").get_absolute_url()}
    few = {name: (timed(partial(page.get, address)), _statements(page, address)) for name, address in pages.items()}
    say(f"Making {many:,} open and {many:,} closed conversations, with a message each.")
    data.conversations(many)
    data.conversations(many, "closed")
    data.messages(2 * many)
    rows = []
    for name, address in pages.items():
        now, statements = timed(partial(page.get, address)), _statements(page, address)
        before, was = few[name]
        ratio = f"{now.best / before.best:.1f}x"
        times = [f"{milliseconds:.1f}" for milliseconds in (before.best, before.median, now.best, now.median)]
        rows.append((name, *times, ratio, was, statements))
    head = ("page", "10: best ms", "median", f"{many:,}: best ms", "median", "ratio", "statements", "with many")
    table("A page, few conversations against many", head, rows)
    table("Page by page", ("place", "ms"), _deep(page))
    plans.measure(data)


def _statements(page: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        page.get(address)
    return len(queries)


def _deep(page: Client) -> list[tuple[str, str]]:
    rows, after = [], ""
    for number in range(1, 41):
        address = f"/inbox/?after={after}"
        if number in (1, 10, 40):
            taken = timed(partial(page.get, address, HTTP_HX_REQUEST="true"), 5)
            rows.append((f"page {number}", f"{taken.median:.1f}"))
        html = page.get(address, HTTP_HX_REQUEST="true").content.decode()
        if "after=" not in html:
            break
        after = html.split("after=")[1].split('"')[0].split("&")[0]
    return rows
