"""When a conversation may be closed without an answer, and what to do when somebody goes too far."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inbox import mentions, spam, triage
from inbox.answered import is_being_answered, newest_in_public, was_told
from inbox.live import announce
from inbox.models import Conversation, ConversationLabel, Event, User

_REASON = Conversation.CloseReason


class NotYet(Exception):
    """This cannot be closed like that. `message` is a sentence for the page; with `may_insist` one may all the same."""

    def __init__(self, message: str, *, may_insist: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.may_insist = may_insist


@transaction.atomic
def close(conversation: Conversation, by: User, *, reason: str = "", insist: bool = False) -> bool:
    """Close a conversation; without a reason it counts as answered, or, when somebody waits in it, as no question.

    A complaint is not closed unanswered without saying why, and nothing is called unsolvable before the customer was
    told, unless the colleague insists, which is logged. What is called handled by a like has one, on the newest message
    (inbox/liking.py gives it). What was public and is closed as spam is hidden on the platform, where it can be. Raises
    NotYet; returns False when it was closed already.
    """
    row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    check(row, reason, insist=insist)
    if reason == _REASON.LIKED and not _is_liked(row):
        raise NotYet(_("What they wrote last is not liked by us. Read it first."))
    waits = _waits(row)
    closed = triage.close(conversation, by, reason or (_REASON.NO_QUESTION if waits else _REASON.ANSWERED))
    if closed and insist and reason == _REASON.UNSOLVABLE:
        Event.note("closed_untold", actor=by, conversation=row)
    if closed and reason == _REASON.SPAM:
        spam.ask(row, by)
    mentions.settle(row, by)
    return closed


def check(conversation: Conversation, reason: str, *, insist: bool = False) -> None:
    """Raise NotYet where a conversation cannot be closed for this reason as it stands."""
    unsaid = reason in ("", _REASON.ANSWERED, _REASON.LIKED)
    if unsaid and _waits(conversation) and is_complaint(conversation):
        raise NotYet(_("This is a complaint that nobody answered. Say why it is closed without an answer."))
    if reason == _REASON.UNSOLVABLE and not insist and not was_told(conversation):
        raise NotYet(
            _("Tell the customer first that it cannot be solved; nothing was sent in this conversation yet."),
            may_insist=True,
        )


def _waits(conversation: Conversation) -> bool:
    return conversation.waiting_since is not None and not is_being_answered(conversation)


def _is_liked(conversation: Conversation) -> bool:
    newest = newest_in_public(conversation)
    return newest is not None and newest.liked_at is not None


def is_complaint(conversation: Conversation) -> bool:
    """Whether a conversation is called a complaint, by its words or by a label."""
    labels = ConversationLabel.objects.filter(conversation=conversation, label__is_complaint=True)
    return conversation.is_complaint or labels.exists()


@transaction.atomic
def cross_line(conversation: Conversation, by: User, line: str, *, hand_over: bool = False) -> bool:
    """Mark that the customer went too far, and let the colleague be rid of it. Returns whether the mark is new.

    Raises ValueError for a line that does not exist.
    """
    if line not in Conversation.Line.values:
        raise ValueError(f"{line!r} is no line.")
    row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    new = row.crossed_line_at is None
    if new:
        row.crossed_line_at = timezone.now()
        row.save(update_fields=["crossed_line_at"])
        Event.note("line_crossed", actor=by, conversation=row, line=line)
        announce([row.pk])
    if hand_over and row.assignee_id == by.pk:
        triage.assign(conversation, None, by=by)
    return new


@transaction.atomic
def uncross_line(conversation: Conversation, by: User) -> bool:
    """Take the mark away: it was not that bad. Returns whether there was one."""
    cleared = Conversation.objects.filter(pk=conversation.pk, crossed_line_at__isnull=False).update(
        crossed_line_at=None
    )
    if cleared:
        Event.note("line_uncrossed", actor=by, conversation=conversation)
        announce([conversation.pk])
    return bool(cleared)


def house_rule(conversation: Conversation) -> str:
    """The words offered for an answer to somebody who went too far."""
    return _(
        "We are glad to help you, but we ask you to stay polite towards our colleagues. "
        "Messages with insults or threats are not answered, and may be hidden or reported."
    )
