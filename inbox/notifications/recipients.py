"""Who is told when work changes hands: assignee, approvers, who was asked, who asked, and an author.

Who is named in a note is told by inbox/notifications/mentions.py.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from inbox.models import Conversation, Message, Notification, User
from inbox.models.rights import Right, holding
from inbox.notifications.mentions import colleagues_on
from inbox.notifications.queue import tell
from inbox.notifications.unread import settle_for_all
from inbox.routing import spokespeople
from inbox.routing.holders import may_see

Kind = Notification.Kind


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
    asked = colleagues_on(conversation).filter(holding(Right.UNCHECKED))
    if by is not None:
        asked = asked.exclude(pk=by.pk)
    if only_leads:
        asked = asked.filter(holding(Right.LEAD))
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
