"""Public pictures and films that a second person looks at first: approved, or given back with a word (A11)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.types import Route
from inbox.models import Conversation, Event, Message, User
from inbox.notifications import mentions
from inbox.outbox import checks as rules_of
from inbox.outbox import drafts
from inbox.outbox.checks import Overtaken, Refused, newer_than
from inbox.outbox.drafts import PUBLIC
from inbox.outbox.parts import family_of, words_of
from inbox.outbox.queue import enqueue_sending, lock_message
from inbox.text.signature import signature_of, without_signature
from inbox.triage import assignment
from inbox.triage.escalation import answered_customer
from inbox.triage.summary import refresh_and_announce

_STATE = Message.State


def approve(message: Message, agent: User, *, seen: int | None) -> bool:
    """Let an answer go, as somebody other than its author saw it; return False where it waits no longer.

    `seen` is the newest message the approver had in front of them. Raises Refused where this person may not approve it.
    Raises Overtaken where something newer came in.
    """
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if conversation is None or row.state != _STATE.APPROVAL:
            return False
        _check_second_person(conversation, row, agent)
        rules_of.check_account(row.account, agent)
        rules_of.check_sender(row.account, conversation, row.account.capabilities.routes.get(Route(row.route)))
        family = list(_family(row))
        pks = [part.pk for part in family]
        # Who names nothing has seen what stood there when it was written.
        newer = newer_than(row.pk if seen is None else seen, conversation, agent, own=pks)
        if newer:
            raise Overtaken(newer)
        now = timezone.now()
        seen = max(seen or 0, *pks)  # the answer itself at least, and all its parts
        Message.objects.filter(pk__in=pks).update(
            state=_STATE.QUEUED, send_after=now, seen_message_id=seen, approved_by=agent, approved_at=now
        )
        _settle(row)
        answered_customer([conversation], agent)
        Event.note("approved", actor=agent, conversation=conversation, message=row, author=row.author_id)
        refresh_and_announce([conversation.pk])
        for part in family:
            enqueue_sending(part, 0)
    return True


def give_back(message: Message, agent: User, comment: str) -> bool:
    """Return an answer to its author with a comment; return False where it waits no longer.

    The comment becomes a note and a notification, the text the author's draft. Files do not come back: they are to be
    chosen again. Raises Refused for the author, for who may not answer here, and without a comment.
    """
    comment = comment.replace("\x00", "").replace("\r\n", "\n").strip()
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if conversation is None or row.state != _STATE.APPROVAL:
            return False
        _check_second_person(conversation, row, agent)
        if not comment:
            raise Refused("empty", _("Say in a word what should change."))
        text = _as_written(row)
        _family(row).update(state=_STATE.CANCELLED)
        _settle(row)
        note = assignment.write_note(conversation, agent, comment)
        if row.author is not None:
            _to_draft(conversation, row, row.author, text)
            mentions.tell_author(note, conversation, row.author, agent)
        Event.note("given_back", actor=agent, conversation=conversation, message=row, author=row.author_id)
        refresh_and_announce([conversation.pk])
    return True


def _check_second_person(conversation: Conversation, row: Message, agent: User) -> None:
    if row.author_id == agent.pk:
        raise Refused("forbidden", _("Somebody else has to look at your answer."))
    rules_of.check_person(conversation, agent)
    rules_of.check_question([conversation], agent)


def _family(row: Message) -> QuerySet[Message]:
    """The parts of one answer that wait."""
    return family_of(row).filter(state=_STATE.APPROVAL)


def _as_written(row: Message) -> str:
    """The text without what we put to it: numbers of its parts, and the signature."""
    text = words_of(_family(row))
    signature = signature_of(row.account, row.author) if row.author else ""
    return without_signature(text.removesuffix(signature).rstrip())


def _settle(row: Message) -> None:
    """Nobody has to look any more."""
    mentions.settle_approval(row.part_of_id or row.pk)


def _to_draft(conversation: Conversation, row: Message, author: User, text: str) -> None:
    """Put the text into its author's draft, before what stands there."""
    draft_text = conversation.drafts.filter(user=author, tab=PUBLIC).values_list("text", flat=True).first()
    drafts.save_draft(
        conversation,
        author,
        tab=PUBLIC,
        text="\n\n".join(filter(None, [text, draft_text])),
        reply_to=row.reply_to.code if row.reply_to else None,
        sender=row.account.code if row.account_id != conversation.account_id else None,
    )
