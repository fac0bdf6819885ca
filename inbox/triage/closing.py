"""Closing without an answer, and what to do when somebody goes too far."""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Left
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.models import Account
from channels.platforms import UNCONNECTED
from channels.types import Action
from inbox.live.announce import announce
from inbox.models import Conversation, ConversationLabel, Event, Message, User
from inbox.models.rights import Right
from inbox.notifications import unread
from inbox.text.courtesy import LONGEST, is_courtesy
from inbox.triage import assignment
from inbox.triage.answered import has_been_answered, is_being_answered, newest_in_public
from webcare.lib.enqueue import enqueue

_REASON = Conversation.CloseReason


class CannotClose(Exception):
    """This cannot be closed like that. `message` is a sentence for the page.

    With `asks` a reason is wanted; with `may_insist` one may all the same.
    """

    def __init__(self, message: str, *, asks: bool = False, may_insist: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.asks = asks
        self.may_insist = may_insist


@transaction.atomic
def close(conversation: Conversation, by: User, *, reason: str = "", insist: bool = False) -> bool:
    """Close a conversation; without a reason it counts as answered, or, after mere thanks, as no question.

    What nobody answered needs a reason. "Unsolvable" needs an answer first, unless the agent insists, which is logged.
    "Handled by a like" needs a like on the newest message (actions/likes.py). What was public and is closed as spam is
    hidden, where the platform can. Raises CannotClose; returns False when it was closed already.
    """
    check_may(by)
    row = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    check(row, reason, insist=insist)
    if reason == _REASON.LIKED and not _is_liked(row):
        raise CannotClose(_("What they wrote last is not liked by us. Read it first."))
    waits = _waits_for_answer(row)
    closed = assignment.close(conversation, by, reason or (_REASON.NO_QUESTION if waits else _REASON.ANSWERED))
    if closed and insist and reason == _REASON.UNSOLVABLE:
        Event.note("closed_untold", actor=by, conversation=row)
    if closed and reason == _REASON.SPAM:
        _ask_to_hide(row, by)
    unread.settle(row, by)
    return closed


def _ask_to_hide(conversation: Conversation, by: User) -> None:
    """Have the public posts of spam hidden, where the platform can: the row says so until it is done."""
    account = conversation.account
    listens = account.mode == Account.Mode.LISTEN
    if conversation.is_public and not listens and Action.HIDE in account.capabilities.actions:
        Conversation.objects.filter(pk=conversation.pk).update(hides_for=by)
        enqueue("inbox.tasks.hide_spam", conversation.pk)


def check_may(by: User) -> None:
    """Raise CannotClose where somebody's role closes nothing."""
    if not by.has(Right.CLOSE):
        raise CannotClose(_("Your role does not close conversations. Hand it over to somebody who does."))


def check(conversation: Conversation, reason: str, *, insist: bool = False) -> None:
    """Raise CannotClose where a conversation cannot be closed for this reason as it stands."""
    unsaid = reason in ("", _REASON.ANSWERED)
    if (unsaid or reason == _REASON.LIKED) and _waits_for_answer(conversation):
        if is_complaint(conversation):
            raise CannotClose(
                _("This is a complaint that nobody answered. Say why it is closed without an answer."), asks=True
            )
        if unsaid and _has_question(conversation):
            raise CannotClose(_("Nobody answered this yet. Say why it can be closed all the same."), asks=True)
    if reason == _REASON.UNSOLVABLE and not insist and not has_been_answered(conversation):
        raise CannotClose(
            _("Tell the customer first that it cannot be solved; nothing was sent in this conversation yet."),
            may_insist=True,
        )


def _waits_for_answer(conversation: Conversation) -> bool:
    return conversation.waiting_since is not None and not is_being_answered(conversation)


def reasons(platform: str = "") -> list[tuple[str, str, str]]:
    """Return why something may be closed without an answer: key, name, and what is meant by it."""
    on_site = {_REASON.ANSWERED_ON_SITE: _("below the post, on the blog or the forum")}
    hints = {
        **(on_site if platform in UNCONNECTED else {}),
        _REASON.NO_QUESTION: _("a compliment, a loose remark, friends tagged"),
        _REASON.ANSWERED_ELSEWHERE: _("by telephone, in the shop, in another conversation"),
        _REASON.TROLL: _("only out to provoke"),
        _REASON.SPAM: _("advertising or fake, hidden on the platform where that can be"),
        _REASON.UNSOLVABLE: _("and the customer was told so"),
    }
    return [(reason.value, str(reason.label), hint) for reason, hint in hints.items()]


def _has_question(conversation: Conversation) -> bool:
    """Whether what waits for an answer is more than thanks. What we only found was not said to us."""
    inbound = Message.objects.filter(
        conversation=conversation,
        direction=Message.Direction.INBOUND,
        removed_at=None,
        sent_at__gte=conversation.waiting_since,
    ).exclude(kind="found")
    # Cut by the database: no long text is read while the conversation is locked.
    return not all(is_courtesy(text) for text in inbound.values_list(Left("text", LONGEST + 1), flat=True))


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
        assignment.assign(conversation, None, by=by)
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
