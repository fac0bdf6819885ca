"""Answers as rows: queued, taken back, tried again, thrown away. Nothing here speaks to a platform."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.models import Account
from channels.types import Route, RouteRules
from inbox.live.announce import announce
from inbox.models import Conversation, Event, Message, User
from inbox.models.answer_state import NOT_LEFT, UP_TO_A_PERSON
from inbox.notifications.mentions import settle_approval, tell_approvers
from inbox.outbox import checks as rules_of
from inbox.outbox.checks import (
    PRIVATE_ROUTES,
    Overtaken,
    Refused,
    newer_than,
    refuse,
)
from inbox.outbox.parts import (
    again,
    family_of,
    go_alone,
    keep_files,
    locked,
    private_side,
    rows_for,
    start_private,
    take,
    words_of,
)
from inbox.text import splitting
from inbox.text.length import measured
from inbox.text.signature import signature_of, signed
from inbox.triage.assignment import close_after
from inbox.triage.summary import refresh
from webcare.lib.enqueue import enqueue
from webcare.lib.retry import repeated

LONGEST_UNDO = 60
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
) -> Message:
    """Queue an answer and return its row; it leaves after the agent's undo seconds.

    It leaves through the addressed account, or through `sender`, another one of ours, where the platform has that.
    A public picture or film waits for a second person where the organisation wants it so (inbox/outbox/approval.py).

    The same `code` twice gives the same row. A private route out of a public conversation puts the row in the private
    conversation with the same person. With `split`, a text that is too long becomes a numbered row of answers; the
    first is returned; a file that cannot carry the text there goes before it in the same way. Raises Refused, and
    Overtaken when something came in after `seen_message_id`.
    """
    store = partial(
        _queue, conversation, agent, text=text, route=Route(route), reply_to=reply_to, seen=seen_message_id, code=code,
        files=files, alt_texts=alt_texts, template=template, undo_seconds=undo_seconds, close_after=close_after,
        split=split, sender=sender,
    )  # fmt: skip
    # In the way: two windows of one agent, or a customer's first private message at this very moment.
    return repeated(store)


@transaction.atomic
def _queue(
    conversation: Conversation,
    agent: User,
    *,
    text: str,
    route: Route,
    reply_to: Message | None,
    seen: int | None,
    code: uuid.UUID | None,
    files: Sequence[UploadedFile[Any]],
    alt_texts: Sequence[str],
    template: dict[str, Any] | None,
    undo_seconds: int | None,
    close_after: bool,
    split: bool,
    sender: Account | None,
) -> Message:
    row = locked(conversation)
    known = Message.objects.filter(code=code).first() if code else None
    if known is not None:
        if known.author_id != agent.pk or known.direction != Message.Direction.OUTBOUND:
            raise Refused("forbidden", _("This cannot be answered that way."))
        return known
    account = Account.objects.get(pk=sender.pk) if sender is not None else row.account
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    rules_of.check_account(account, agent)
    rules_of.check_person(row, agent)
    rules_of.check_blocked(row, route)
    rules = rules_of.rules_for(account, route, row)
    rules_of.check_sender(account, row, rules)
    reply_to = _target(reply_to, row, route)
    rules_of.check_content(text, files, template, rules, account)
    rules_of.check_target(route, rules, reply_to, account)
    rules_of.check_window(route, rules, private_side(row, lock=False) if row.is_public else row, account)
    texts = _fitting(text, rules, account, agent, split=split, is_template=template is not None)
    newer = newer_than(seen, row, agent)
    if newer:
        raise Overtaken(newer)
    home = (
        row if route not in PRIVATE_ROUTES or not row.is_public else private_side(row, lock=True) or start_private(row)
    )
    undo = min(max(agent.undo_seconds if undo_seconds is None else undo_seconds, 0), LONGEST_UNDO)
    if files and not rules_of.goes_along(texts[0], files, rules):
        # Two messages there are two rows here: each arrives, fails and is tried again by itself, the file first.
        texts = ["", *texts]
    waits = rules_of.wants_approval(route, files)
    leaves = None if waits else timezone.now() + timedelta(seconds=undo)
    made = rows_for(home, account, agent, texts, route, reply_to, leaves)
    made[0].code = code or made[0].code
    made[0].template = template
    for one in made:
        one.seen_message_id = seen if home.pk == row.pk else None
    made[-1].closes_after = close_after
    for number, one in enumerate(made):
        one.part_of = made[0] if number else None
        one.save(force_insert=True)
    keep_files(made[0], files, alt_texts)
    take(home, agent)
    Event.note(
        "queued", actor=agent, conversation=home, account=account, message=made[0], route=route.value, parts=len(made)
    )
    if waits:
        Event.note("approval_asked", actor=agent, conversation=home, message=made[0])
        tell_approvers(made[0], home, agent)
    refresh([home.pk])
    announce({home.pk, row.pk})
    for one in [] if waits else made:
        hand_over(one, undo)
    return made[0]


def cancel(message: Message, agent: User) -> bool:
    """Take an answer back while it has not left; only its author can. Returns False when it is too late."""
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if row.automatic or row.author_id != agent.pk:
            return False  # a colleague's words are no draft of ours, and an automatic message is nobody's
        if row.state not in NOT_LEFT or conversation is None:
            return row.state == _STATE.CANCELLED
        family_of(row).filter(state__in=[*NOT_LEFT, _STATE.HELD]).update(state=_STATE.CANCELLED)
        settle_approval(row.part_of_id or row.pk)
        Event.note("taken_back", actor=agent, conversation=conversation, message=row)
        refresh([conversation.pk])
        announce([conversation.pk])
    message.state = _STATE.CANCELLED
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
        refresh([conversation.pk])
        announce([conversation.pk])
    message.state = _STATE.CANCELLED
    return True


def words_taken_back(message: Message) -> str:
    """Return the text of an answer that was taken back or thrown away, all its parts that did not leave."""
    return words_of(family_of(message).filter(state=_STATE.CANCELLED))


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
        refresh([conversation.pk])
        if row.closes_after:
            close_after([row])
        announce([conversation.pk])
    message.state = _STATE.SENT
    return True


def retry(message: Message, agent: User) -> Message:
    """Queue an answer again that failed, was held or waits, as it stands; the agent has now seen everything.

    One that the platform took and then reported as failed gets a new row, so that late reports about the old one stay
    with the old one. Raises Refused where sending is not possible now. Returns the row that will be sent.
    """
    with transaction.atomic():
        conversation, row = lock_message(message.pk)
        if conversation is None or not _is_up_to_a_person(row):
            return row
        route = Route(row.route)
        rules_of.check_account(row.account, agent)
        rules_of.check_person(conversation, agent)
        rules_of.check_blocked(conversation, route)
        rules_of.check_approved(row)
        rules = row.account.capabilities.routes.get(route)
        if rules is not None:
            rules_of.check_window(route, rules, conversation, row.account)
        rules_of.check_sender(row.account, conversation, rules)
        if row.external_id:
            row = again(row)
        elif row.state == _STATE.HELD:
            go_alone(row)
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
        refresh([conversation.pk])
        announce([conversation.pk])
        hand_over(row, 0)
    return row


def hand_over(row: Message, seconds: int) -> None:
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
            .defer("raw", "words")
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
    theirs = Message.objects.defer("raw", "words")
    if reply_to is not None:
        return theirs.filter(pk=reply_to.pk, account=conversation.account_id).first()
    inbound = theirs.filter(conversation=conversation, direction=Message.Direction.INBOUND, removed_at=None)
    newest = inbound.order_by("-sent_at", "-pk").first()
    return newest if route in (Route.PUBLIC_REPLY, Route.PRIVATE_REPLY) else None


def _fitting(
    text: str, rules: RouteRules, account: Account, agent: User, *, split: bool, is_template: bool
) -> list[str]:
    if is_template:
        return [text]
    whole = signed(text, account, agent) if text else text
    if measured(whole, rules) <= rules.limit:
        return [whole]
    if not (split and rules.splits):
        raise refuse("too_long", account)
    signature = signature_of(account, agent)
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


__all__ = ["Overtaken", "Refused", "cancel", "confirm", "discard", "hand_over", "lock_message", "queue_reply", "retry"]
