"""A like in place of an answer: it can close a conversation, and is never counted as a reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from channels.types import Action
from inbox.actions.buttons import buttons_for
from inbox.actions.perform import perform
from inbox.models import Conversation, Message
from inbox.outbox import checks
from inbox.triage import closing
from inbox.triage.answered import newest_in_public

if TYPE_CHECKING:
    from inbox.models import User


@dataclass(frozen=True, slots=True)
class LikeOffer:
    """The message a like would answer, and whether it still has to be liked."""

    message: Message
    likes: bool


def offer_for(conversation: Conversation, newest: Message | None) -> LikeOffer | None:
    """Return what a like can close here now; None where there is nothing public, or the channel has no likes.

    `newest` is the customer's newest message that still stands (`newest_in_public`).
    """
    account = conversation.account
    if newest is None or not conversation.is_public or conversation.status == Conversation.Status.CLOSED:
        return None
    if newest.liked_at and not account.removed_at:
        return LikeOffer(newest, likes=False)
    can = {button.key for button in buttons_for(newest, account)}
    return LikeOffer(newest, likes=True) if Action.LIKE in can else None


def like(conversation: Conversation, by: User, *, offered: str) -> Message | None:
    """Like the customer's newest message, where it is not liked yet. Returns what was liked by this very act.

    `offered` is the code of the message the page offered to like: when they wrote again since, it is not liked.
    Raises CannotClose with the reason, and for a complaint that nobody answered.
    """
    closing.check_may(by)
    closing.check(conversation, Conversation.CloseReason.LIKED)
    newest = newest_in_public(conversation)
    if newest is None:
        raise closing.CannotClose(_("There is no public message here that can be liked."))
    if str(newest.code) != offered:
        raise closing.CannotClose(_("What they wrote last is not liked by us. Read it first."))
    if newest.liked_at is not None:
        return None
    try:
        perform(newest, Action.LIKE, by)
    except checks.Refused as refused:
        raise closing.CannotClose(_("The like was refused. %(why)s") % {"why": refused.message}) from refused
    return newest
