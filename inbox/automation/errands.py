"""What rules do outside, done from rows: addresses told, messages hidden. Claimed first, and tried again later."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from channels.errors import ChannelError
from channels.secrets import CredentialsUnreadable
from channels.types import Action
from inbox.actions.perform import perform
from inbox.automation import posting, webhooks
from inbox.models import Event, Message, RuleApplication, RuleErrand, User, Webhook
from inbox.models.event import caused_by
from inbox.outbox.checks import Refused
from webcare.lib.enqueue import enqueue

log = logging.getLogger(__name__)

AT_ONCE = 50
CLAIM = timedelta(seconds=90)  # after which what a killed process held is tried again
# As Standard Webhooks advises: seconds, minutes, then hours, for about a day and a half.
LATER = tuple(timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400))
_PASSES = ("rate_limited", "unreachable", "paused", "reauth")  # of hiding: whatever else is said will be said again
_GONE = 410  # the address wants no more
_State = RuleErrand.State


def add(
    application: RuleApplication, place: int, *, webhook: Webhook | None = None, body: dict[str, Any] | None = None,
    message: Message | None = None,
) -> None:  # fmt: skip
    """Note what is to be done, in the transaction in which the rule acts."""
    row = RuleErrand.objects.create(
        application=application, place=place, webhook=webhook, body=body or {}, message=message
    )
    enqueue("inbox.tasks.run_errand", row.pk)


def due(now: datetime | None = None) -> list[int]:
    """Return what is to be tried now: its own task was lost, or it waited for another try."""
    rows = RuleErrand.objects.filter(state=_State.WAITING, due_at__lte=now or timezone.now())
    return list(rows.order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE])


def run(pk: int, now: datetime | None = None) -> None:
    """Try one. Of any number of workers one gets it."""
    now = now or timezone.now()
    waiting = RuleErrand.objects.filter(pk=pk, state=_State.WAITING, due_at__lte=now)
    if not waiting.update(tries=F("tries") + 1, due_at=now + CLAIM):
        return
    row = RuleErrand.objects.select_related("webhook", "application", "message__account", "message__conversation").get(
        pk=pk
    )
    with caused_by(rule=row.application.rule_id, application=row.application_id):
        if row.webhook is not None:
            _tell(row, row.webhook)
        elif row.message is not None:
            _hide(row, row.message)


@transaction.atomic
def again(row: RuleErrand, by: User) -> bool:
    """Tell an address once more; return whether that was possible. It carries the same id: who had it knows."""
    again = RuleErrand.objects.filter(pk=row.pk, webhook__archived_at=None).exclude(webhook=None)
    if not again.exclude(state=_State.WAITING).update(state=_State.WAITING, tries=0, due_at=timezone.now()):
        return False
    Event.note("webhook_resent", actor=by, rule=row.application.rule_id, webhook=row.webhook_id)
    enqueue("inbox.tasks.run_errand", row.pk)
    return True


def _tell(row: RuleErrand, webhook: Webhook) -> None:
    if webhook.archived_at:
        return _finish(row, _State.FAILED, reason="removed")
    body, timestamp = webhooks.packed(row.body), int(timezone.now().timestamp())
    try:
        headers = {
            "content-type": "application/json",
            "user-agent": "Webcare",
            "webhook-id": str(row.code),
            "webhook-timestamp": str(timestamp),
            "webhook-signature": webhooks.signature(webhooks.secret_of(webhook), str(row.code), timestamp, body),
        }
        status = posting.post(webhooks.url_of(webhook), body, headers)
    except CredentialsUnreadable:
        return _later(row, "unreadable")
    except ChannelError as error:
        return _finish(row, _State.FAILED, reason=error.reason) if error.permanent else _later(row, error.reason)
    if 200 <= status < 300:  # noqa: PLR2004
        return _finish(row, _State.DONE, status=status)
    if status == _GONE:
        return _finish(row, _State.FAILED, status=status, reason="gone")
    return _later(row, "refused", status=status)


def _hide(row: RuleErrand, message: Message) -> None:
    if message.hidden_at or message.shown_at or message.removed_at:  # somebody was first
        return _finish(row, _State.DONE)
    try:
        perform(message, Action.HIDE, None)
    except Refused as refused:
        if refused.reason in _PASSES and row.tries <= len(LATER):
            return _later(row, refused.reason)
        Event.note("hide_refused", conversation=message.conversation, message=message, reason=refused.reason)
        return _finish(row, _State.FAILED, reason=refused.reason)
    return _finish(row, _State.DONE)


def _later(row: RuleErrand, reason: str, *, status: int | None = None) -> None:
    if row.tries > len(LATER):
        return _finish(row, _State.FAILED, status=status, reason=reason)
    due_at = timezone.now() + LATER[row.tries - 1]
    return _write(row, due_at=due_at, status=status, reason=reason[:30])


def _finish(row: RuleErrand, state: str, *, status: int | None = None, reason: str = "") -> None:
    _write(row, state=state, status=status, reason=reason[:30])
    if state == _State.FAILED and row.webhook_id is not None:
        log.warning("Webhook %s was not told by errand %s: %s", row.webhook_id, row.pk, reason)
        Event.note("webhook_failed", webhook=row.webhook_id, reason=reason)


def _write(row: RuleErrand, **values: Any) -> None:
    """Keep how a try ended; one that another worker took meanwhile is left to it."""
    RuleErrand.objects.filter(pk=row.pk, state=_State.WAITING, tries=row.tries).update(at=timezone.now(), **values)
