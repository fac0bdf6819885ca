"""Search positions that name somebody who is erased, or belonged to their conversations: they say nothing of it."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from inbox.privacy.erasing import traces_of
from inbox.privacy.person import Person
from reports.positions.models import SearchPosition

_WRITTEN = ("term", "note", "url")


def forget(person: Person) -> None:
    """Take a person out of what colleagues wrote down, as out of their notes (inbox/privacy/traces.py)."""
    linked = SearchPosition.objects.filter(conversation__in=person.conversation_ids)
    linked.update(conversation=None, note="", url="")
    traces = traces_of(person)
    for row in SearchPosition.objects.iterator(chunk_size=500):
        left = {
            "term": traces.without_words(row.term), "note": traces.without_words(row.note),
            "url": "" if traces.is_in(row.url) else row.url,
        }  # fmt: skip
        if left != {name: getattr(row, name) for name in _WRITTEN}:
            _rewrite(row, left)


def _rewrite(row: SearchPosition, left: dict[str, str]) -> None:
    try:
        with transaction.atomic():
            SearchPosition.objects.filter(pk=row.pk).update(**left)
    except IntegrityError:  # without the name it says what another one says
        row.delete()
