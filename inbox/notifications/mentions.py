"""Names in notes: whom @somebody means, and who is told when work changes hands."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from inbox.models import Conversation, Event, Message, Notification, User
from inbox.notifications.queue import tell
from inbox.notifications.unread import settle_for_all
from inbox.routing import spokespeople
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


def tell_assignee(conversation: Conversation, user: User | None, by: User | None) -> None:
    """Notify whom a conversation was given to instead of who had it. What one takes oneself is no news.

    Without `by` it was given by itself: that is news too.
    """
    settle_for_all([conversation.pk], [Kind.ASSIGNED])
    if user is not None:
        tell([user], Kind.ASSIGNED, conversation=conversation, by=by)


def tell_approvers(answer: Message, conversation: Conversation, by: User | None, *, only_leads: bool = False) -> None:
    """Notify whoever may approve an answer: all who may answer here from its account, but not its author.

    Who is in training approves nothing. With `only_leads` the leads are told, once more.
    """
    asked = colleagues_on(conversation).exclude(role=User.Role.TRAINEE)
    if by is not None:
        asked = asked.exclude(pk=by.pk)
    if only_leads:
        asked = asked.filter(role__in=User.LEADING)
    if answer.account_id != conversation.account_id:
        asked = asked.filter(may_see(account=answer.account_id))
    tell(
        [person for person in asked if spokespeople.may_answer(conversation.contact, person)],
        Kind.APPROVAL,
        occasion=f"approval:{answer.pk}:again" if only_leads else f"approval:{answer.pk}",
        conversation=conversation,
        message=answer,
        by=by,
    )


def tell_asked(question: Message, conversation: Conversation, by: User | None, asked: Iterable[User]) -> None:
    """Notify whoever may answer a question that was asked when in doubt."""
    occasion = f"asked:{question.pk}"
    tell(asked, Kind.ESCALATED, occasion=occasion, conversation=conversation, message=question, by=by)


def tell_answered(words: Message, conversation: Conversation, asker: User | None, by: User) -> None:
    """Notify who asked that their question was answered."""
    if asker is not None:
        occasion = f"advised:{words.pk}"
        tell([asker], Kind.ADVISED, occasion=occasion, conversation=conversation, message=words, by=by)


def settle_question(note_id: int) -> None:
    """Take a question off everybody's list: it was answered, or nobody asks it any more."""
    asked = Notification.objects.filter(message=note_id, kind=Kind.ESCALATED, read_at=None)
    asked.update(read_at=timezone.now())


def tell_author(note: Message, conversation: Conversation, author: User, by: User | None) -> None:
    """Notify the author of an answer that it came back, with a note that says why."""
    occasion = f"returned:{note.pk}"
    tell([author], Kind.RETURNED, occasion=occasion, conversation=conversation, message=note, by=by)


def settle_approval(message_id: int) -> None:
    """Take the question to approve an answer off everybody's list: it was decided."""
    asked = Notification.objects.filter(message=message_id, kind=Kind.APPROVAL, read_at=None)
    asked.update(read_at=timezone.now())


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
