"""Search positions that name somebody who is erased, or belonged to their conversations: they say nothing of it."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from inbox.models import User
from inbox.privacy.person import Person
from inbox.privacy.traces import Traces
from reports.positions.models import SearchPosition

_AT_ONCE = 500


def forget(person: Person) -> None:
    """Take away what was noted to a person's conversations, unread."""
    linked = SearchPosition.objects.filter(conversation__in=person.conversation_ids)
    for pk in linked.order_by("pk").values_list("pk", flat=True):
        _rewrite(SearchPosition.objects.filter(pk=pk), {"conversation": None, "note": "", "url": ""})


def sweep(traces: Traces, _by: User | None) -> int:
    """Take a person out of what colleagues wrote down; return out of how many rows. Nothing is locked meanwhile."""
    return sum(_without(row, traces) for row in SearchPosition.objects.iterator(chunk_size=_AT_ONCE))


def _without(row: SearchPosition, traces: Traces) -> bool:
    left = {
        "term": traces.without_words(row.term),
        "note": traces.without_words(row.note),
        "url": "" if traces.is_in(row.url) else row.url,
    }
    read = {name: getattr(row, name) for name in left}
    if read == left:
        return False
    if _rewrite(SearchPosition.objects.filter(pk=row.pk, **read), left):
        return True
    newer = SearchPosition.objects.filter(pk=row.pk).first()  # a colleague changed it since it was read
    return newer is not None and _without(newer, traces)


def _rewrite(rows: QuerySet[SearchPosition], left: dict[str, Any]) -> int:
    """Change what one row says; return 0 where it is not as it was read any more."""
    try:
        with transaction.atomic():
            return rows.update(**left)
    except IntegrityError:  # without the name it says what another one says
        return rows.delete()[0]
