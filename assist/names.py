"""Whose names are masked in a conversation: the customer's, and colleagues'."""

from __future__ import annotations

from collections.abc import Iterable

from inbox.library.reference import PersonEntry
from inbox.models import Conversation, Identity


def names_in(conversation: Conversation, people: Iterable[PersonEntry]) -> list[str]:
    """Return every name of the customer on every platform, their handles, and colleagues' names."""
    who = Identity.objects.filter(contact=conversation.contact_id).values_list("name", "handle")
    known = [conversation.contact.name, *(word for row in who for word in row), *(one.name for one in people)]
    return [name for name in dict.fromkeys(known) if name.strip()]
