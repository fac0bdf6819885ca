"""A page's widest statements, written at every request against written once."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from django.utils import timezone

from bench.clock import table, timed
from inbox.models import Conversation
from inbox.thread import query
from webcare.lib.prepared import Prepared


def measure(data: ModuleType) -> None:
    """Print what each statement takes both ways, in turn in one run."""
    reader = data.person()
    data.conversations(10)
    data.messages(200)
    now, conversation = timezone.now(), Conversation.objects.select_related("account").earliest("pk")
    cases: dict[str, tuple[Prepared[Any], dict[str, Any]]] = {
        "a conversation with its person": (
            query.READABLE,
            {
                "code": conversation.code, "reader": reader.pk, "accounts": [conversation.account_id],
                "moved_since": now,
            },
        ),
        "its messages": (
            query.PAGE_OF_MESSAGES,
            {"story": [conversation.pk], "until": query.END_OF_TIME, "pk": 0, "size": query.PAGE + 1},
        ),
    }  # fmt: skip
    rows = []
    for name, (statement, values) in cases.items():
        anew = timed(_writing(statement, values)).best
        once = timed(lambda statement=statement, values=values: statement.rows(**values)).best  # type: ignore[misc]
        rows.append((name, f"{anew:.1f}", f"{once:.1f}", f"{anew / once:.1f}x"))
    table("A statement written each time, and once", ("statement", "each time, ms", "once, ms", "ratio"), rows)


def _writing(statement: Prepared[Any], values: dict[str, Any]) -> Callable[[], object]:
    return lambda: Prepared(statement.build).rows(**values)
