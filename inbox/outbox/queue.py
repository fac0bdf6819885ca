"""Answers as rows: queued, taken back, tried again, thrown away. Nothing here speaks to a platform."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.models import Account
from channels.types import Route, RouteRules
from inbox.models import Approval, Conversation, Event, Message, User
from inbox.models.answer_state import NOT_LEFT, UP_TO_A_PERSON
from inbox.models.rights import Right
from inbox.models.undo_seconds import clamp
from inbox.outbox import checks as rules_of
from inbox.outbox import proactive
from inbox.outbox.approval_request import decide, request_approval
from inbox.outbox.checks import (
    PRIVATE_ROUTES,
    Overtaken,
    Refused,
    newer_than,
    refuse,
)
from inbox.outbox.parts import (
    assign_if_free,
    detach_from_family,
    family_of,
    keep_files,
    lock_conversation,
    private_side,
    renewed_copy,
    rows_for,
    start_private,
    words_of,
)
from inbox.text import splitting
from inbox.text.length import length_of
from inbox.text.signature import signature_of, with_signature, without_signature
from inbox.triage.assignment import close_after
from inbox.triage.escalation import answered_customer
from inbox.triage.summary import refresh_and_announce
from webcare.lib.enqueue import enqueue
from webcare.lib.retry import with_retries

_STATE = Message.State


def queue_reply(
    conversation: Conversation,
    agent: User,
    *,
    text: str,
    route: Route,
    reply_to: Message | None,
    seen_message_id: int | None,
    code: uuid.UUID | None = None,
    files: Sequence[UploadedFile[Any]] = (),
    alt_texts: Sequence[str] = (),
    template: dict[str, Any] | None = None,
    undo_seconds: int | None = None,
    close_after: bool = False,
    split: bool = False,
    sender: Account | None = None,
    claims: bool = True,
    why: str = "",
) -> Message:
    """Queue an answer and return its row; it leaves after the agent's undo seconds.

    It leaves through the addressed account, or through `sender`, where the platform allows that. It waits for
    a second person where the organisation wants so, or its author is in training (approval.py).

    The same `code` twice gives the same row. A private route out of a public conversation lands in the private one.
    With `split`, a text that is too long becomes a numbered row of answers; the first is returned; a file that cannot
    carry the text there goes before it in the same way. A free conversation becomes the agent's, unless not `claims`.
    Who did not address us is answered with a reason alone, `why` (proactive.py).
    Raises Refused, and Overtaken when something came in after `seen_message_id`.
    """
    answer = _Submission(
        agent=agent, text=text.replace("\x00", "").replace("\r\n", "\n").strip(), route=Route(route),
        reply_to=reply_to, seen_message_id=seen_message_id, code=code, files=files, alt_texts=alt_texts,
        template=template, undo_seconds=undo_seconds, close_after=close_after, split=split, sender=sender,
        claims=claims, why=why,
    )  # fmt: skip
    # In the way: two windows of one agent, or a customer's first private message at this very moment.
    return with_retries(partial(_queue, conversation, answer))


@dataclass(frozen=True)
class _Submission:
    """An answer as it was submitted."""

    agent: User
    text: str
    route: Route
    reply_to: Message | None
    seen_message_id: int | None
    code: uuid.UUID | None
    files: Sequence[UploadedFile[Any]]
    alt_texts: Sequence[str]
    template: dict[str, Any] | None
    undo_seconds: int | None
    close_after: bool
    split: bool
    sender: Account | None
    claims: bool
    why: str

    @property
    def undo(self) -> int:
        """Seconds in which it can be taken back."""
        return clamp(self.agent.undo_seconds if self.undo_seconds is None else self.undo_seconds)


@transaction.atomic
def _queue(conversation: Conversation, answer: _Submission) -> Message:
    row = lock_conversation(conversation)
    queued_before = _queued_before(answer)
    if queued_before is not None:
        return queued_before
    account = Account.objects.get(pk=answer.sender.pk) if answer.sender is not None else row.account
    rules, reply_to = _checked(row, account, answer)
    texts = _fitting(answer, rules, account)
    newer = newer_than(answer.seen_message_id, row, answer.agent)
    if newer:
        raise Overtaken(newer)
    is_proactive = rules_of.is_found(row, reply_to)
    if is_proactive:
        proactive.check(row, answer.text, answer.why)
    home = _home(row, answer.route)
    rules_of.check_question([home, row], answer.agent)
    if answer.files and not rules_of.goes_along(texts[0], answer.files, rules):
        # Two messages there are two rows here: each arrives, fails and is tried again by itself, the file first.
        texts = ["", *texts]
    waits = rules_of.wants_approval(row, answer.agent, answer.route, {rules_of.kind_of(file) for file in answer.files})
    leaves_at = None if waits else timezone.now() + timedelta(seconds=answer.undo)
    parts = rows_for(home, account, answer.agent, texts, answer.route, reply_to, leaves_at)
    _save_parts(parts, answer, seen=answer.seen_message_id if home.pk == row.pk else None)
    if answer.claims:
        assign_if_free(home, answer.agent)
    answered_customer([home, row], answer.agent)
    first = parts[0]
    Event.note(
        "queued", actor=answer.agent, conversation=home, account=account, message=first, route=answer.route.value,
        parts=len(parts),
    )  # fmt: skip
    if is_proactive:
        proactive.note(first, row, answer.agent, answer.text, answer.why)
    if waits:
        request_approval(first, home, answer.agent, waits, without_signature(answer.text))
    refresh_and_announce({home.pk, row.pk})
    for part in [] if waits else parts:
        enqueue_sending(part, answer.undo)
    return first


def _queued_before(answer: _Submission) -> Message | None:
    """Return the row of the same form sent before; Refused where the code is of somebody else's message."""
    row = Message.objects.filter(code=answer.code).first() if answer.code else None
    if row is not None and (row.author_id != answer.agent.pk or row.direction != Message.Direction.OUTBOUND):
        raise Refused("forbidden", _("This cannot be answered that way."))
    return row


def _checked(row: Conversation, account: Account, answer: _Submission) -> tuple[RouteRules, Message | None]:
    """Return the rules of its way out and what it answers; Refused where it may not leave."""
    rules_of.check_account(account, answer.agent)
    if answer.close_after and not answer.agent.has(Right.CLOSE):
        raise Refused("forbidden", _("Your role does not close conversations. Send without closing."))
    rules_of.check_person(row, answer.agent)
    rules_of.check_blocked(row, answer.route)
    rules = rules_of.rules_for(account, answer.route, row)
    rules_of.check_sender(account, row, rules)
    reply_to = _target(answer.reply_to, row, answer.route)
    rules_of.check_addressed(account, row, reply_to)
    rules_of.check_content(answer.text, answer.files, answer.template, rules, account)
    rules_of.check_target(answer.route, rules, reply_to, account)
    window_of = private_side(row, lock=False) if row.is_public else row
    rules_of.check_window(answer.route, rules, window_of, account)
    return rules, reply_to


def _home(row: Conversation, route: Route) -> Conversation:
    """Return the conversation the answer stands in: with the same person in private, for a private way out."""
    if route not in PRIVATE_ROUTES or not row.is_public:
        return row
    return private_side(row, lock=True) or start_private(row)


def _save_parts(parts: Sequence[Message], answer: _Submission, *, seen: int | None) -> None:
    first, last = parts[0], parts[-1]
    first.code = answer.code or first.code
    first.template = answer.template
    last.closes_after = answer.close_after
    for part in parts:
        part.seen_message_id = seen
        part.part_of = None if part is first else first
        part.save(force_insert=True)
    keep_files(first, answer.files, answer.alt_texts)


def cancel(message: Message, agent: User) -> bool:
    """Take an answer back while it has not left; only its author can. Returns False when it is too late."""
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if row.automatic or row.author_id != agent.pk:
            return False  # a colleague's words are no draft of ours, and an automatic message is nobody's
        taken_back = _take_back(conversation, row, agent)
    message.state = _STATE.CANCELLED if taken_back else message.state
    return taken_back


@transaction.atomic
def stop_leaving(message_id: int, by: User) -> bool:
    """Take back an answer to many, whoever wrote it, while it has not left; return False when it is too late."""
    conversation, row = lock_message(message_id)
    return _take_back(conversation, row, by)


def _take_back(conversation: Conversation | None, row: Message, by: User) -> bool:
    if row.state not in NOT_LEFT or conversation is None:
        return row.state == _STATE.CANCELLED
    family_of(row).filter(state__in=[*NOT_LEFT, _STATE.HELD]).update(state=_STATE.CANCELLED)
    decide(row, Approval.Outcome.TAKEN_BACK, by=by)
    Event.note("taken_back", actor=by, conversation=conversation, message=row)
    refresh_and_announce([conversation.pk])
    return True


def discard(message: Message, agent: User, *, with_rest: bool = False) -> bool:
    """Throw away an answer that did not leave and needs a person. Returns whether there was something to throw away.

    `with_rest`: the parts behind it too, since its text is written anew.
    """
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if conversation is None or not _is_up_to_a_person(row):
            return False
        row.state = _STATE.CANCELLED
        row.save(update_fields=["state"])
        if with_rest:
            behind = (_STATE.QUEUED, _STATE.RETRY, _STATE.HELD, _STATE.FAILED)
            family_of(row).filter(pk__gt=row.pk, state__in=behind).update(state=_STATE.CANCELLED)
        Event.note("discarded", actor=agent, conversation=conversation, message=row)
        refresh_and_announce([conversation.pk])
    message.state = _STATE.CANCELLED
    return True


def words_taken_back(message: Message) -> str:
    """Return the text of an undone or discarded answer, all parts that did not leave."""
    return words_of(family_of(message).filter(state=_STATE.CANCELLED))


def was_helped(message: Message) -> bool:
    """Whether part of an answer was made by the assistant: the log tells, also after it was taken back."""
    family = family_of(message).values("pk")
    events = Event.objects.filter(conversation=message.conversation_id, verb="assist_used", message__in=family)
    return events.exists()


def confirm(message: Message, agent: User) -> bool:
    """Take a person's word that an answer arrived of which the platform does not tell. Returns whether it was in doubt.

    A report that comes later still names the row, and tells how far it got.
    """
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if conversation is None or row.state != _STATE.UNKNOWN or not _is_up_to_a_person(row):
            return False
        row.state, row.sent_at = _STATE.SENT, row.claimed_at or timezone.now()
        row.claimed_at, row.error, row.error_code, row.error_reason = None, "", "", ""
        row.save(update_fields=["state", "sent_at", "claimed_at", "error", "error_code", "error_reason"])
        Event.note("confirmed", actor=agent, conversation=conversation, message=row)
        refresh_and_announce([conversation.pk])
        if row.closes_after:
            close_after([row])
    message.state = _STATE.SENT
    return True


def retry(message: Message, agent: User) -> Message:
    """Queue an answer again that failed, was held or waits, as it stands; the agent has now seen everything.

    One that the platform reported as failed gets a new row. Late reports about the old one stay with it. Raises Refused
    where sending is not possible now. Returns the row that will be sent.
    """
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if conversation is None or not _is_up_to_a_person(row):
            return row
        route = Route(row.route)
        rules_of.check_account(row.account, agent)
        rules_of.check_person(conversation, agent)
        rules_of.check_question([conversation], agent)
        rules_of.check_addressed(row.account, conversation, row.reply_to)
        rules_of.check_blocked(conversation, route)
        rules_of.check_approved(row, conversation)
        rules = row.account.capabilities.routes.get(route)
        if rules is not None:
            rules_of.check_window(route, rules, conversation, row.account)
        rules_of.check_sender(row.account, conversation, rules)
        if row.external_id:
            failed, row = row, renewed_copy(row)
            proactive.move(failed, row)
        elif row.state == _STATE.HELD:
            detach_from_family(row)
        newest = Message.objects.filter(conversation=conversation).order_by("-pk").values_list("pk", flat=True).first()
        _requeue(row, newest)
        held = Message.objects.filter(part_of=row.part_of_id or row.pk, pk__gt=row.pk, state=_STATE.HELD)
        held.update(
            state=_STATE.QUEUED,
            send_after=timezone.now(),
            seen_message_id=newest,
            error="",
            error_code="",
            error_reason="",
        )
        Event.note("tried_again", actor=agent, conversation=conversation, message=row)
        refresh_and_announce([conversation.pk])
        enqueue_sending(row, 0)
    return row


def enqueue_sending(row: Message, seconds: int) -> None:
    """Tell a worker, after the commit, to send a row in so many seconds. Without a broker the sweep finds it."""
    enqueue("inbox.tasks.deliver_message", row.pk, countdown=seconds)


def lock_message(message_id: int) -> tuple[Conversation | None, Message]:
    """Lock a message's conversation, then the message: the order everybody keeps. Raises Message.DoesNotExist."""
    for _attempt in range(3):
        home = Message.objects.values_list("conversation_id", flat=True).get(pk=message_id)
        conversation = (
            Conversation.objects.select_for_update(no_key=True, of=("self",))
            .select_related("account", "identity")
            .filter(pk=home)
            .first()
        )
        row = (
            Message.objects.select_for_update(no_key=True, of=("self",))
            .without_words()
            .select_related("account", "reply_to", "author")
            .get(pk=message_id)
        )
        if row.conversation_id == home:
            return conversation, row
    raise Message.DoesNotExist(f"{message_id} keeps moving")


def _is_up_to_a_person(row: Message) -> bool:
    """Whether an answer did not arrive by itself and is somebody's to decide about. An automatic one is nobody's."""
    looked_for = row.state == _STATE.UNKNOWN and row.retry_at is not None
    return row.state in UP_TO_A_PERSON and not looked_for and not row.automatic


def _target(reply_to: Message | None, conversation: Conversation, route: Route) -> Message | None:
    """Return what is answered: as chosen, else the customer's newest message; fresh, since it may be gone by now."""
    messages = Message.objects.without_words()
    if reply_to is not None:
        return messages.filter(pk=reply_to.pk, account=conversation.account_id).first()
    inbound = messages.filter(conversation=conversation, direction=Message.Direction.INBOUND, removed_at=None)
    newest = inbound.order_by("-sent_at", "-pk").first()
    return newest if route in (Route.PUBLIC_REPLY, Route.PRIVATE_REPLY) else None


def _fitting(answer: _Submission, rules: RouteRules, account: Account) -> list[str]:
    """Return its text in parts that fit, signed. Refused where it is too long."""
    if answer.template is not None:
        return [answer.text]
    whole = with_signature(answer.text, account, answer.agent) if answer.text else answer.text
    if length_of(whole, rules) <= rules.limit:
        return [whole]
    if not (answer.split and rules.splits):
        raise refuse("too_long", account)
    signature = signature_of(account, answer.agent)
    try:
        return splitting.split(whole.removesuffix(signature).rstrip(), rules, signature)
    except ValueError as error:
        raise refuse("too_long", account) from error


def _requeue(row: Message, newest: int | None) -> None:
    row.state, row.send_after, row.retry_at, row.claimed_at = _STATE.QUEUED, timezone.now(), None, None
    row.attempts, row.lookups, row.seen_message_id = 0, 0, newest
    row.error = row.error_code = row.error_reason = ""
    row.save(
        update_fields=[
            "state", "send_after", "retry_at", "claimed_at", "attempts", "lookups", "seen_message_id",
            "error", "error_code", "error_reason",
        ]
    )  # fmt: skip


__all__ = [
    "Overtaken",
    "Refused",
    "cancel",
    "confirm",
    "discard",
    "enqueue_sending",
    "lock_message",
    "queue_reply",
    "retry",
]
