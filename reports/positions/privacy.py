"""Search positions that name somebody who is erased: they go, and what belonged to their conversations says nothing."""

from __future__ import annotations

from django.db.models import Q

from inbox.privacy.person import Person
from reports.positions.models import SearchPosition

_SHORTEST = 4  # letters of a name or handle that says who somebody is


def forget(person: Person) -> None:
    """Take out what names a person: by name, handle, or what was noted with a conversation of theirs."""
    linked = SearchPosition.objects.filter(conversation__in=person.conversation_ids)
    linked.update(conversation=None, note="", url="")
    said = {person.contact.name, *(name for who in person.identities for name in (who.name, who.handle))}
    for name in (name.strip() for name in said if len(name.strip()) >= _SHORTEST):
        named = Q(term__icontains=name) | Q(note__icontains=name) | Q(url__icontains=name)
        SearchPosition.objects.filter(named).delete()
