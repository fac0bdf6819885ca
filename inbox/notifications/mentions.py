"""Mentions: whom @somebody means in a note, and that they are told. Counted in inbox/lists/queue_counts.py."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import QuerySet

from inbox.models import Conversation, Event, Message, Notification, User
from inbox.notifications.queue import tell
from inbox.routing.holders import may_see
from webcare.lib.text import fold

Kind = Notification.Kind
_AT = re.compile(r"(?<![\w@.])@(?=\w)")


def colleagues_on(conversation: Conversation) -> QuerySet[User]:
    """Everyone who may see a conversation, by name."""
    sees = may_see(account=conversation.account_id, team=conversation.team_id)
    return User.objects.filter(sees).order_by("first_name", "last_name", "pk")


def named_in(text: str, people: Iterable[User]) -> list[User]:
    """Return the people a note names with @: by full name, first name, or the part of the address before the @.

    The longest name that fits counts; where two colleagues share it, both are meant: one too many is told rather than
    one too few.
    """
    known = [(alias, person) for person in people for alias in _aliases(person)]
    plain = fold(text)
    meant: dict[int, User] = {}
    for at in _AT.finditer(plain):
        fits = [(alias, person) for alias, person in known if _stands(alias, plain, at.end())]
        longest = max((len(alias) for alias, _person in fits), default=0)
        meant.update({person.pk: person for alias, person in fits if len(alias) == longest})
    return list(meant.values())


def mention_text(person: User) -> str:
    """Return how a note names somebody so that they are meant: the full name, else what their address begins with."""
    return person.get_full_name() or person.email.partition("@")[0]


def tell_named(note: Message, conversation: Conversation, by: User) -> list[User]:
    """Notify whoever a note names, but not its writer. Return them. Runs in the note's transaction."""
    if "@" not in note.text:
        return []
    named = [person for person in named_in(note.text, colleagues_on(conversation)) if person.pk != by.pk]
    if named:
        tell(named, Kind.MENTION, occasion=f"named:{note.pk}", conversation=conversation, message=note, by=by)
        Event.note("mentioned", actor=by, conversation=conversation, message=note, to=[person.pk for person in named])
    return named


def _aliases(person: User) -> set[str]:
    full = fold(person.get_full_name())
    local = fold(person.email.partition("@")[0])
    return {
        alias
        for alias in (full, full.replace(" ", ""), full.replace(" ", "."), fold(person.first_name), local)
        if alias
    }


def _stands(alias: str, text: str, at: int) -> bool:
    end = at + len(alias)
    return text.startswith(alias, at) and not text[end : end + 1].isalnum()
