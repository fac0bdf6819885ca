"""Planned posts as rows of the outbox: each leaves at its moment, and belongs to no conversation.

What plans them makes and moves rows through this module alone. The row is the queue: a post waits as one that is
queued and not due, so what holds for answers holds for it: one claim, no blind second try, lost calls looked up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from channels.accounts.permissions import lacking_to_publish
from channels.models import Account
from channels.platforms import platform_title
from channels.types import Route, RouteRules, Visibility
from inbox.models import Event, Incident, Message, ReleasedPost, User
from inbox.notifications.posts import tell_stuck
from inbox.outbox.checks import Refused, check_account, check_files, refuse
from inbox.outbox.parts import keep_files
from inbox.outbox.queue import enqueue_sending, lock_message
from inbox.text.length import length_of

LATEST = timedelta(hours=1)  # after its moment; what is later waits for a person
ASKED_AGAIN_AFTER = timedelta(seconds=30)
LATE, INCIDENT = "late", "incident"  # why one is held
_STATE = Message.State
_MOVABLE = (_STATE.QUEUED, _STATE.RETRY, _STATE.HELD)
_WITHDRAWN_FROM = (*_MOVABLE, _STATE.FAILED)
_RELEASED_FROM = (_STATE.HELD, _STATE.FAILED)


def rules_for(account: Account) -> RouteRules:
    """Return what a post may be there. Raises Refused where none may leave through the account."""
    rules = account.capabilities.routes.get(Route.POST)
    if rules is None:
        raise refuse("no_publishing", account)
    if account.mode != Account.Mode.PUBLISH:
        raise refuse("listen_only" if account.mode == Account.Mode.LISTEN else "no_publishing", account)
    return rules


def check_permissions(account: Account) -> None:
    """Raise Refused where the platform would refuse every post: a permission was not granted."""
    if lacking := lacking_to_publish(account):
        words = _(
            "%(account)s may not publish on %(platform)s: the permission %(lacking)s lacks. An admin can sign in again."
        )
        named = {"account": account.at_handle, "platform": platform_title(account.platform)}
        raise Refused("forbidden", words % {**named, "lacking": ", ".join(lacking)})


def check(account: Account, by: User, text: str, files: Sequence[UploadedFile[Any]]) -> None:
    """Raise Refused for a post that could not leave as it is, or not by this person."""
    rules = rules_for(account)
    check_account(account, by)
    check_permissions(account)
    if not text:
        raise Refused("empty", _("Write something first."))
    if length_of(text, rules) > rules.limit:
        raise refuse("too_long", account)
    if rules.needs_file and not files:
        raise Refused("media_refused", _("A post here needs a picture."))
    check_files(files, rules, account)


def queue(
    account: Account,
    author: User,
    text: str,
    at: datetime,
    files: Sequence[UploadedFile[Any]] = (),
    alt_texts: Sequence[str] = (),
    *,
    approved_by: User | None = None,
) -> Message:
    """Queue a post for its moment and return its row. The caller holds what it planned it for."""
    now = timezone.now()
    row = Message.objects.create(
        account=account, direction=Message.Direction.OUTBOUND, kind="post", visibility=Visibility.PUBLIC, text=text,
        state=_STATE.QUEUED, route=Route.POST.value, author=author, send_after=at, sent_at=at, sent_at_is_ours=True,
        received_at=now, approved_by=approved_by, approved_at=now if approved_by else None,
    )  # fmt: skip
    keep_files(row, files, alt_texts)
    Event.note("post_queued", actor=approved_by or author, account=account, message=row)
    if at <= now:
        enqueue_sending(row, 0)
    return row


@transaction.atomic
def move(message_id: int, at: datetime) -> bool:
    """Give a post that has not left another moment. Returns False when it is too late, or may be."""
    _conversation, row = lock_message(message_id)
    if not row.is_post or row.state not in _MOVABLE or row.lookups:
        return False
    _requeue(row, at)
    return True


@transaction.atomic
def withdraw(message_id: int, by: User | None) -> bool:
    """Take a post back that has not left. Returns False when it is too late.

    One that may stand there leaves no more either, but it is not taken back: a person says whether it stands there.
    """
    _conversation, row = lock_message(message_id)
    if not row.is_post or row.state not in _WITHDRAWN_FROM:
        return row.is_post and row.state == _STATE.CANCELLED
    if row.lookups:
        _leave_in_doubt(row, by)
        return False
    row.state, row.retry_at = _STATE.CANCELLED, None
    row.save(update_fields=["state", "retry_at"])
    Event.note("post_withdrawn", actor=by, account=row.account, message=row)
    return True


@transaction.atomic
def release(message_id: int, by: User) -> bool:
    """Let a post go that was held or failed: now, or at its moment if that is still to come.

    One that may stand there is looked for first, from when it was first sent. Returns False where there was nothing to
    let go. Raises Refused where nothing may leave.
    """
    _conversation, row = lock_message(message_id)
    if not row.is_post or row.state not in _RELEASED_FROM:
        return False
    rules_for(row.account)
    check_account(row.account, by)
    ReleasedPost.objects.update_or_create(message=row, defaults={"by": by, "at": timezone.now()})
    if row.lookups:
        _look_first(row)
    else:
        _requeue(row, max(row.send_after or timezone.now(), timezone.now()))
    Event.note("post_released", actor=by, account=row.account, message=row)
    return True


@transaction.atomic
def settle(message_id: int, by: User, *, is_there: bool) -> bool:
    """Take a person's word whether a post stands there that nobody can look for. Returns False for any other."""
    _conversation, row = lock_message(message_id)
    if not row.is_post or not is_unsure(row):
        return False
    row.state = _STATE.SENT if is_there else _STATE.CANCELLED
    row.sent_at = row.claimed_at or row.sent_at
    row.claimed_at, row.error, row.error_code, row.error_reason = None, "", "", ""
    row.save(update_fields=["state", "sent_at", "claimed_at", "error", "error_code", "error_reason"])
    Event.note("post_confirmed" if is_there else "post_denied", actor=by, account=row.account, message=row)
    return True


def is_unsure(row: Message) -> bool:
    """Whether only a person can say if a post stands there: its account was removed, or tells nothing."""
    return row.state == _STATE.UNKNOWN and row.retry_at is None


def tell_how_it_ended(row: Message) -> None:
    """Tell people of a post that failed, or of which only they can say whether it stands there."""
    if row.is_post and (row.state == _STATE.FAILED or is_unsure(row)):
        tell_stuck(row, "unsure" if is_unsure(row) else row.error_reason)


def may_leave(row: Message, now: datetime) -> bool:
    """Return whether a post may leave now; note on the row what stands in its way.

    It fails where the account may not publish, waits while the account cannot send, and is held for a person while an
    incident runs, or when its moment passed too long ago.
    """
    account = row.account
    listens = account.mode == Account.Mode.LISTEN
    if account.removed_at or not account.may_publish:
        reason = "forbidden" if account.removed_at else "listen_only" if listens else "no_publishing"
        return _stop(row, _STATE.FAILED, reason)
    if account.paused_at or account.needs_reauth_at:
        return _stop(row, _STATE.RETRY, "paused" if account.paused_at else "reauth", now + ASKED_AGAIN_AFTER)
    if incident := _held_by(row):
        return _stop(row, _STATE.HELD, INCIDENT, incident=incident)
    if row.sent_at is not None and now - row.sent_at > LATEST:  # `send_after` stays that of the first try
        return _stop(row, _STATE.HELD, LATE)
    row.error = row.error_code = row.error_reason = ""
    row.retry_at = None
    return True


def is_in_incident(row: Message) -> bool:
    """Whether an incident holds it now: one that is over let nothing go by itself."""
    return _held_by(row) is not None


def held_by_incidents() -> QuerySet[Message]:
    """Return the posts that an incident held, and that nobody let go yet."""
    return Message.objects.filter(state=_STATE.HELD, error_reason=INCIDENT, route=Route.POST)


def _held_by(row: Message) -> int | None:
    """Return the incident that runs on its account, unless somebody let the post go since it began."""
    running = Incident.objects.running().filter(holds_automatic=True, account_ids__contains=[row.account_id])
    newest = running.order_by("-started_at").values_list("pk", "started_at").first()
    if newest is None or ReleasedPost.objects.filter(message=row, at__gte=newest[1]).exists():
        return None
    return int(newest[0])


def _stop(
    row: Message, state: str, reason: str, retry_at: datetime | None = None, *, incident: int | None = None
) -> bool:
    row.state, row.error_reason, row.error_code, row.error, row.retry_at = state, reason, "", "", retry_at
    if state != _STATE.RETRY:
        Event.note(
            "post_held" if state == _STATE.HELD else "post_failed", account=row.account, message=row, reason=reason
        )
        tell_stuck(row, reason, incident=incident)
    return False


def _leave_in_doubt(row: Message, by: User | None) -> None:
    """Leave it to a person whether a post stands there: it was looked for, and not found."""
    _lead_to_doubt(row)
    row.state, row.retry_at = _STATE.UNKNOWN, None
    row.error = row.error_code = row.error_reason = ""
    row.save(update_fields=["state", "retry_at", "error", "error_code", "error_reason"])
    Event.note("post_unknown", actor=by, account=row.account, message=row)


def _lead_to_doubt(row: Message) -> None:
    for state in (_STATE.QUEUED, _STATE.SENDING):  # no answer becomes uncertain but by way of these
        Message.objects.filter(pk=row.pk).update(state=state)


def _look_first(row: Message) -> None:
    """Have a post looked for that may stand there, as often as at its first try. Not found, it is sent once more."""
    now = timezone.now()
    _lead_to_doubt(row)
    row.state, row.sent_at, row.retry_at, row.attempts, row.lookups = _STATE.UNKNOWN, now, now, 0, 0
    row.error = row.error_code = row.error_reason = ""
    row.save(
        update_fields=["state", "sent_at", "retry_at", "attempts", "lookups", "error", "error_code", "error_reason"]
    )
    enqueue_sending(row, 0)


def _requeue(row: Message, at: datetime) -> None:
    row.state, row.send_after, row.sent_at, row.retry_at, row.claimed_at = _STATE.QUEUED, at, at, None, None
    row.attempts = row.lookups = 0
    row.error = row.error_code = row.error_reason = ""
    row.save(
        update_fields=[
            "state", "send_after", "sent_at", "retry_at", "claimed_at", "attempts", "lookups", "error", "error_code",
            "error_reason",
        ]
    )  # fmt: skip
    if at <= timezone.now():
        enqueue_sending(row, 0)
