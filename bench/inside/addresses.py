"""Names every page that needs no code in its address, and the lists as one may narrow them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

import django

django.setup()

from django.db.models import Count  # noqa: E402
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse  # noqa: E402

from channels.models import Account  # noqa: E402
from inbox.history.verbs import Kind  # noqa: E402
from inbox.lists.filters import DUES, LANGUAGES, MOODS, NOBODY, NONE, SIDES, SPANS, WINDOWS  # noqa: E402
from inbox.lists.queues import QUEUES, SORTS  # noqa: E402
from inbox.models import Conversation, Label, Team, User  # noqa: E402

_NO_PAGES = ("account_logout", "_csv")  # what signs out, and files that stream for minutes


def main() -> None:
    """Print the addresses as one list."""
    found = [*_plain(get_resolver().url_patterns), *map("?".join, _narrowed())]
    sys.stdout.write(f"{json.dumps(sorted(set(found)))}\n")


def _plain(patterns: Sequence[object]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _plain(pattern.url_patterns)
        elif (name := getattr(pattern, "name", None)) and not name.endswith(_NO_PAGES):
            try:
                yield reverse(name)
            except NoReverseMatch:
                continue


def _narrowed() -> Iterator[tuple[str, str]]:
    label = Label.objects.annotate(n=Count("links")).latest("n").code
    quiet, busy = (User.objects.filter(is_active=True).order_by(order).first() for order in ("pk", "-pk"))
    filters: dict[str, list[object]] = {
        "label": [label, NONE], "team": [Team.objects.latest("pk").code, NONE, "mine"], "who": [NOBODY, "me"],
        "side": [value for value, _title in SIDES], "mood": [value for value, _title in MOODS],
        "language": [value for value, _title in LANGUAGES], "due": [value for value, _title in DUES],
        "window": [value for value, _title in WINDOWS], "waits": list(SPANS), "complaint": ["1"],
        "since": ["2025-01-01"], "sort": list(SORTS),
    }  # fmt: skip
    for queue in QUEUES:
        yield reverse("inbox"), urlencode({"queue": queue})
    for queue in ("open", "closed"):
        for name, values in filters.items():
            for value in values:
                yield reverse("inbox"), urlencode({"queue": queue, name: value})
    log: dict[str, list[object]] = {
        "person": [person.code for person in (quiet, busy) if person], "kind": list(Kind.values),
        "account": [Account.objects.latest("pk").code], "conversation": [Conversation.objects.latest("pk").code],
        "since": ["2026-01-01"],
    }  # fmt: skip
    for name, values in log.items():
        for value in values:
            yield reverse("log"), urlencode({name: value})
    yield reverse("notifications"), "all"


if __name__ == "__main__":
    main()
