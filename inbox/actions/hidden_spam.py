"""What was public and is closed as spam is hidden on its platform. The conversation's row says it has yet to happen."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from channels.types import Action, Visibility
from inbox.actions.perform import perform
from inbox.models import Conversation, Event, Message, User
from inbox.outbox import checks
from webcare.lib.enqueue import enqueue

MOST = 20  # of one person's posts
AT_ONCE = 50  # conversations, of one round of the sweep
GIVEN_UP = timedelta(days=1)
# Whatever else a platform says, it will say again.
_PASSES = ("rate_limited", "unreachable", "paused", "reauth")


def waiting() -> list[int]:
    """Return the conversations with something to hide yet: their task was lost, or the platform was away."""
    rows = Conversation.objects.filter(
        hides_for__isnull=False, account__paused_at=None, account__needs_reauth_at=None
    ).exclude(account__rate_limited_until__gt=timezone.now())
    return list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])


def hide(conversation_id: int) -> None:
    """Hide the newest public posts of a conversation, if it still is closed as spam; what is refused is logged."""
    row = Conversation.objects.select_related("hides_for").get(pk=conversation_id)
    if row.hides_for is None:
        return
    if not _hide_all(row, row.hides_for):
        return
    # Somebody may have opened it and closed it again meanwhile: only what was done is done.
    Conversation.objects.filter(pk=row.pk, hides_for=row.hides_for, closed_at=row.closed_at).update(hides_for=None)


def show_later(conversation_id: int, by: User, since: datetime) -> None:
    """Have what was hidden since a moment shown again: closing as spam was undone."""
    enqueue("inbox.tasks.show_spam_again", conversation_id, by.pk, since.isoformat())


def show_again(conversation_id: int, agent: User, since: datetime) -> None:
    """Show the posts of a conversation that were hidden since a moment; what is refused is logged."""
    hidden = Message.objects.filter(
        conversation=conversation_id, direction=Message.Direction.INBOUND, hidden_at__gte=since, removed_at=None
    )
    for message in hidden.select_related("account", "conversation").order_by("-sent_at", "-pk")[:MOST]:
        try:
            perform(message, Action.UNHIDE, agent)
        except checks.Refused as refused:
            Event.note(
                "show_refused", actor=agent, conversation=message.conversation, message=message, reason=refused.reason
            )


def _hide_all(row: Conversation, agent: User) -> bool:
    refused = Event.objects.filter(conversation=row, verb="hide_refused", at__gte=row.closed_at or row.created_at)
    messages = Message.objects.filter(
        conversation=row, direction=Message.Direction.INBOUND, visibility=Visibility.PUBLIC, removed_at=None,
        hidden_at=None, shown_at=None,
    ).exclude(pk__in=refused.values("message"))  # fmt: skip
    still = Conversation.objects.filter(
        pk=row.pk,
        status=Conversation.Status.CLOSED,
        close_reason=Conversation.CloseReason.SPAM,
        closed_at=row.closed_at,
    )
    is_last_try = row.closed_at is not None and row.closed_at < timezone.now() - GIVEN_UP
    for message in messages.select_related("account", "conversation").order_by("-sent_at", "-pk")[:MOST]:
        if not still.exists():  # opened again, perhaps between two posts
            return True
        try:
            perform(message, Action.HIDE, agent)
        except checks.Refused as refused:
            if refused.reason in _PASSES and not is_last_try:
                return False
            Event.note("hide_refused", actor=agent, conversation=row, message=message, reason=refused.reason)
    return True
