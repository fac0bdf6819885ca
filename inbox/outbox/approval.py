"""Answers that a second person looks at first: approved as they are or changed, or given back with a word (A11, G12).

Which answers those are: `checks.wants_approval`. How long it took stands in Approval.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.types import Route, Visibility
from inbox.models import Approval, Conversation, Escalation, Event, IncidentReply, Message, User
from inbox.notifications.recipients import tell_approvers, tell_author
from inbox.outbox import checks as rules_of
from inbox.outbox import drafts
from inbox.outbox.approval_files import files_of, mark_of
from inbox.outbox.approval_request import decide
from inbox.outbox.checks import Overtaken, Refused, newer_than, refuse
from inbox.outbox.drafts import PRIVATE, PUBLIC
from inbox.outbox.parts import family_of, words_of
from inbox.outbox.queue import enqueue_sending, lock_message, was_helped
from inbox.text.length import length_of
from inbox.text.signature import signature_of, with_signature, without_signature
from inbox.triage import assignment
from inbox.triage.escalation import answered_customer
from inbox.triage.summary import refresh_and_announce

_STATE = Message.State
_OUTCOME = Approval.Outcome


def approve(message: Message, agent: User, *, seen: int | None, text: str | None = None) -> bool:
    """Let an answer go, as somebody other than its author saw it; return False where it waits no longer.

    `seen` is the newest message the approver had in front of them, `text` the words as they changed them. Raises
    Refused where this person may not approve it, and Overtaken where something newer came in.
    """
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if conversation is None or row.state != _STATE.APPROVAL:
            return False
        _check_second_person(conversation, row, agent)
        rules_of.check_account(row.account, agent)
        _let_go(conversation, row, seen=seen, text=text, by=agent)
        answered_customer([conversation], agent)
    return True


def approve_by_link(message: Message, name: str, *, seen: int, files: str, text: str | None = None) -> bool:
    """The same for somebody without an account, who was given a link; `name` is whom it was made for.

    `files` is the mark of the files that stood on their page. Raises Refused where it is not that of what would leave.
    """
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if conversation is None or row.state != _STATE.APPROVAL:
            return False
        rules_of.check_sends(row.account)
        if Escalation.objects.open().filter(conversation=conversation).exists():
            raise Refused("asked", _("A colleague was asked about this and has not answered yet. Decide after that."))
        if files != mark_of(files_of(row)):
            raise Refused("files_changed", _("The files changed after you opened this. Look at them, then decide."))
        _let_go(conversation, row, seen=seen, text=text, name=name)
    return True


def give_back(message: Message, agent: User, comment: str) -> bool:
    """Return an answer to its author with a comment; return False where it waits no longer.

    The comment becomes a note and a notification, the text the author's draft. Files do not come back: they are to be
    chosen again. Raises Refused for the author, for who may not answer here, and without a comment.
    """
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if conversation is None or row.state != _STATE.APPROVAL:
            return False
        _check_second_person(conversation, row, agent)
        _give_back(conversation, row, _said(comment), by=agent)
    return True


def give_back_by_link(message: Message, name: str, comment: str) -> bool:
    """The same for somebody without an account. The note says whose words they are, in no language of its own."""
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if conversation is None or row.state != _STATE.APPROVAL:
            return False
        _give_back(conversation, row, f"{name}: {_said(comment)}", name=name)
    return True


def pass_deadlines(now: datetime | None = None) -> int:
    """Do what the organisation wants with answers that nobody decided about in time. Returns how many there were.

    The leads are told again, it goes back to its author, or (only where the organisation chose so) it is sent.
    """
    due = Approval.objects.waiting().filter(told_again_at=None, due_at__lte=now or timezone.now())
    return sum(_pass_deadline(pk, message_id) for pk, message_id in list(due.values_list("pk", "message_id")))


def _pass_deadline(pk: int, message_id: int) -> bool:
    with transaction.atomic():
        conversation, row = lock_message(message_id)
        # Of any number of workers one does it.
        request = Approval.objects.waiting().filter(pk=pk, told_again_at=None).first()
        if conversation is None or request is None or row.state != _STATE.APPROVAL:
            return False
        Approval.objects.filter(pk=pk).update(told_again_at=timezone.now())
        if request.fallback == Approval.Fallback.RETURN:
            _give_back(conversation, row, "")
            return True
        if request.fallback == Approval.Fallback.SEND:
            try:
                with transaction.atomic():
                    rules_of.check_sends(row.account)
                    rules_of.check_question([conversation], None)
                    _let_go(conversation, row, seen=None)
                return True
            except (Refused, Overtaken):
                pass  # a person has to look after all
        Event.note("approval_overdue", conversation=conversation, message=row)
        tell_approvers(row, conversation, row.author, only_leads=True)
        refresh_and_announce([conversation.pk])
    return True


def _let_go(
    conversation: Conversation, row: Message, *, seen: int | None, text: str | None = None, by: User | None = None,
    name: str = "",
) -> None:  # fmt: skip
    """Queue an answer that waits: approved by somebody, or by nobody after its time. Raises Refused and Overtaken."""
    rules_of.check_sender(row.account, conversation, row.account.capabilities.routes.get(Route(row.route)))
    rules_of.check_addressed(row.account, conversation, row.reply_to)
    family = list(_family(row))
    pks = [part.pk for part in family]
    _check_not_stopped(pks)
    # Who names nothing has seen what stood there when it was written.
    newer = newer_than(row.pk if seen is None else seen, conversation, by or row.author, own=pks)
    if newer:
        raise Overtaken(newer)
    changed = text is not None and _change(row, family, text)
    now = timezone.now()
    seen = max(seen or 0, *pks)  # the answer itself at least, and all its parts
    Message.objects.filter(pk__in=pks).update(
        state=_STATE.QUEUED, send_after=now, seen_message_id=seen, approved_by=by, approved_at=now
    )
    let_through = by is not None or bool(name)
    decide(row, _OUTCOME.APPROVED if let_through else _OUTCOME.SKIPPED, by=by, name=name, changed=changed)
    Event.note(
        "approved" if by else "approved_by_link" if name else "approval_skipped", actor=by, conversation=conversation,
        message=row, author=row.author_id, changed=changed, **({"by_link": name} if name else {}),
    )  # fmt: skip
    refresh_and_announce([conversation.pk])
    for part in family:
        enqueue_sending(part, 0)


def _check_not_stopped(messages: list[int]) -> None:
    """Refuse what belongs to an incident that was stopped. Its row is locked: a stop that comes now waits."""
    replies = IncidentReply.objects.select_for_update(no_key=True).filter(message__in=messages)
    if any(stopped_at is not None for stopped_at in replies.values_list("stopped_at", flat=True)):
        raise Refused("stopped", _("This answer was stopped together with its incident. Give it back."))


def _change(row: Message, family: list[Message], text: str) -> bool:
    """Put an approver's words in place of the author's; return whether they differ. Raises Refused."""
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if text == _as_written(row):
        return False
    parts = [part for part in family if part.text]
    rules = row.account.capabilities.routes.get(Route(row.route))
    if row.template or len(parts) != 1 or rules is None or row.author is None:
        raise Refused("forbidden", _("These words cannot be changed here. Give it back with what should change."))
    if not text:
        raise Refused("empty", _("Write something first."))
    whole = with_signature(text, row.account, row.author)
    if length_of(whole, rules) > rules.limit:
        raise refuse("too_long", row.account)
    Message.objects.filter(pk=parts[0].pk).update(text=whole)
    parts[0].text = whole
    return True


def _give_back(
    conversation: Conversation, row: Message, comment: str, *, by: User | None = None, name: str = ""
) -> None:
    """Return an answer to its author: by somebody with a comment, or by nobody after its time."""
    text = _as_written(row)
    _family(row).update(state=_STATE.CANCELLED)
    decide(row, _OUTCOME.RETURNED, by=by, name=name)
    note = row
    if by is not None:
        note = assignment.write_note(conversation, by, comment)
    elif comment:
        note = assignment.keep_note(conversation, None, comment)
    if row.author is not None:
        if not row.template:
            _to_draft(conversation, row, row.author, text)
        tell_author(note, conversation, row.author, by)
    Event.note(
        "given_back" if by else "given_back_by_link" if name else "approval_expired", actor=by,
        conversation=conversation, message=row, author=row.author_id, **({"by_link": name} if name else {}),
    )  # fmt: skip
    refresh_and_announce([conversation.pk])


def _check_second_person(conversation: Conversation, row: Message, agent: User) -> None:
    if row.author_id == agent.pk:
        raise Refused("forbidden", _("Somebody else has to look at your answer."))
    if agent.is_trainee:
        raise Refused("forbidden", _("Who is in training approves no answers."))
    rules_of.check_person(conversation, agent)
    rules_of.check_question([conversation], agent)


def _said(comment: str) -> str:
    comment = comment.replace("\x00", "").replace("\r\n", "\n").strip()
    if not comment:
        raise Refused("empty", _("Say in a word what should change."))
    return comment


def _family(row: Message) -> QuerySet[Message]:
    """The parts of one answer that wait."""
    return family_of(row).filter(state=_STATE.APPROVAL)


def _as_written(row: Message) -> str:
    """The text without what we put to it: numbers of its parts, and the signature."""
    text = words_of(_family(row))
    signature = signature_of(row.account, row.author) if row.author else ""
    return without_signature(text.removesuffix(signature).rstrip())


def _to_draft(conversation: Conversation, row: Message, author: User, text: str) -> None:
    """Put the text into its author's draft, before what stands there."""
    tab = PRIVATE if row.visibility == Visibility.PRIVATE else PUBLIC
    draft = conversation.drafts.filter(user=author, tab=tab).first()
    drafts.save_draft(
        conversation,
        author,
        tab=tab,
        text="\n\n".join(filter(None, [text, draft.text if draft else ""])),
        reply_to=row.reply_to.code if row.reply_to else None,
        sender=row.account.code if row.account_id != conversation.account_id else None,
        helped=was_helped(row) or bool(draft and draft.helped),
    )
