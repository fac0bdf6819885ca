"""What was public and is closed as spam is hidden on its platform. The conversation's row says it has yet to happen."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from channels.types import Action, Visibility
from inbox import outbox
from inbox.models import Conversation, Event, Message, User

MOST = 20  # of one person's posts
GIVEN_UP = timedelta(days=1)
# Whatever else a platform says, it will say again.
_PASSES = ("rate_limited", "unreachable", "paused", "reauth")


def ask(conversation: Conversation, by: User) -> None:
    """Have the public posts of a conversation that is being closed as spam hidden, where the platform can."""
    if not conversation.is_public or Action.HIDE not in conversation.account.capabilities.actions:
        return
    Conversation.objects.filter(pk=conversation.pk).update(hides_for=by)
    transaction.on_commit(partial(_hand_over, conversation.pk), robust=True)


def waiting() -> list[int]:
    """Return the conversations with something to hide yet: their task was lost, or the platform was away."""
    return list(Conversation.objects.filter(hides_for__isnull=False).order_by("pk").values_list("pk", flat=True))


def hide(conversation_id: int) -> None:
    """Hide the newest public posts of a conversation, if it still is closed as spam; what is refused is logged."""
    row = Conversation.objects.select_related("hides_for").get(pk=conversation_id)
    if row.hides_for is None:
        return
    is_spam = row.status == Conversation.Status.CLOSED and row.close_reason == Conversation.CloseReason.SPAM
    if is_spam and not _hide_all(row, row.hides_for):
        return
    # Somebody may have opened it and closed it again meanwhile: only what was done is done.
    Conversation.objects.filter(pk=row.pk, hides_for=row.hides_for, closed_at=row.closed_at).update(hides_for=None)


def _hide_all(row: Conversation, agent: User) -> bool:
    theirs = Message.objects.filter(
        conversation=row, direction=Message.Direction.INBOUND, visibility=Visibility.PUBLIC, removed_at=None,
        hidden_at=None, shown_at=None,
    )  # fmt: skip
    is_last_try = row.closed_at is not None and row.closed_at < timezone.now() - GIVEN_UP
    for message in theirs.select_related("account", "conversation").order_by("-sent_at", "-pk")[:MOST]:
        try:
            outbox.act(message, Action.HIDE, agent)
        except outbox.Refused as refused:
            if refused.reason in _PASSES and not is_last_try:
                return False
            Event.note("hide_refused", actor=agent, conversation=row, message=message, reason=refused.reason)
    return True


def _hand_over(conversation_id: int) -> None:
    from inbox.tasks import hide_spam  # noqa: PLC0415  tasks import this module

    hide_spam.apply_async((conversation_id,), retry=False)
