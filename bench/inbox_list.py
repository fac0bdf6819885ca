"""The list with ten conversations and with very many: the same statements, and nearly the same time."""

from __future__ import annotations

from functools import partial
from types import ModuleType

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.clock import say, table, timed

_PAGES = {
    "all open": "",
    "mine": "?queue=mine",
    "newest first": "?sort=newest",
    "by priority": "?sort=priority",
    "angry only": "?mood=angry",
    "waiting over a day": "?waits=24h",
    "closed": "?queue=closed",
}
_MANY = 10_000


def measure(data: ModuleType, messages: int) -> None:
    """Print each list's time and statements, few against many, and a page far down."""
    page = Client()
    page.force_login(data.person())
    data.conversations(10)
    few = {
        name: (timed(partial(page.get, f"/inbox/{query}")), _statements(page, query)) for name, query in _PAGES.items()
    }
    many = max(_MANY, messages // 20)
    say(f"Making {many:,} open and {many:,} closed conversations.")
    data.conversations(many)
    data.conversations(many, "closed")
    rows = []
    for name, query in _PAGES.items():
        now, statements = timed(partial(page.get, f"/inbox/{query}")), _statements(page, query)
        before, was = few[name]
        rows.append(
            (name, f"{before.median:.1f}", f"{now.median:.1f}", f"{now.median / before.median:.1f}x", was, statements)
        )
    head = ("list", "10: ms", f"{many:,}: ms", "ratio", "statements", "with many")
    table("A list's page, few conversations against many", head, rows)
    table("Page by page", ("place", "ms"), _deep(page))


def _statements(page: Client, query: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        page.get(f"/inbox/{query}")
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
