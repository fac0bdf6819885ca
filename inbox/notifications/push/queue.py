"""Notifications that leave by Web Push. A row per browser is the queue: tried again, told once, gone when taken.

A worker that is killed sends its message again. It is shown once all the same: both have one topic and one tag.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation

from inbox.models import Notification, PushDelivery, PushSubscription
from inbox.notifications import together, unread
from inbox.notifications.push.message import Answer, post
from inbox.notifications.push.payload import payload_of
from inbox.notifications.timing import DROPPED_WHEN_QUIET, choice_of, looks_until, quiet_end
from webcare.lib import masks

log = logging.getLogger(__name__)
TRIED_FOR = timedelta(hours=2)  # then it is old news
SHOWN_FOR = timedelta(minutes=10)  # to who looks at a page meanwhile
CLAIMED_FOR = timedelta(minutes=2)  # longer than a message takes
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
AT_ONCE = 200


def hand_out(now: datetime | None = None) -> list[int]:
    """Make a message for each browser of what is due; return the ids of those that wait to be sent."""
    now = now or timezone.now()
    due = Notification.objects.filter(push_at__lte=now)
    due.exclude(user__in=PushSubscription.objects.values("user")).update(push_at=None)
    with transaction.atomic():
        rows = due.select_related("user__presence", "user__notification_choice", "conversation").order_by("push_at")
        rows = rows.select_for_update(of=("self",), skip_locked=True, no_key=True)
        for row in rows.prefetch_related("user__push_subscriptions")[:AT_ONCE]:
            _plan(row, now)
    waiting = PushDelivery.objects.filter(due_at__lte=now).order_by("due_at").values_list("pk", flat=True)
    return list(waiting[:AT_ONCE])


def deliver(pk: int, now: datetime | None = None) -> bool:
    """Send one message, unless somebody else does or it is no news any more; return whether it was taken."""
    now = now or timezone.now()
    # A claim is a moment in the future: who is killed leaves it to the next.
    mine = PushDelivery.objects.filter(pk=pk, due_at__lte=now).update(due_at=now + CLAIMED_FOR)
    found = PushDelivery.objects.select_related("subscription__user", "notification").filter(pk=pk).first()
    if not mine or found is None:
        return False
    user, told = found.subscription.user, found.notification
    # Asked for as its reader would: what they may no longer see is not told.
    row = unread.all_of(user).filter(pk=told.pk).first() if user.is_active else None
    left = (told.pushed_at or told.at) + TRIED_FOR - now
    if row is None or not row.is_news or left <= timedelta(0):
        found.delete()
        return False
    with translation.override(user.language), masks.seen_by(masks=user.sees_masks):
        waits = together.counted(user).get(row.kind) if together.is_alike(row) else None
        payload = payload_of(row, names=choice_of(user).push_names, many=waits.n if waits else 0)
    answer = post(found.subscription, payload, topic=f"webcare-{row.pk}", keep=left)
    _settle(found, answer, now)
    return answer.is_taken


def _plan(row: Notification, now: datetime) -> None:
    """Make a message of it for each browser, or write down when that is due; nothing where it is not."""
    due = _due(row, now)
    row.push_at = due if due is not None and due > now else None
    if due is not None and due <= now:
        row.pushed_at = now
        browsers = row.user.push_subscriptions.all()
        made = [PushDelivery(notification=row, subscription=browser, due_at=now) for browser in browsers]
        PushDelivery.objects.bulk_create(made, ignore_conflicts=True)
    row.save(update_fields=["push_at", "pushed_at"])


def _due(row: Notification, now: datetime) -> datetime | None:
    """Return when a notification is pushed: not while its reader wants quiet or looks at a page. None: never."""
    choice = choice_of(row.user)
    if not row.user.is_active or row.kind not in choice.push or not row.is_news:
        return None
    if together.is_alike(row) and together.was_told(row, now):
        return None  # the last one said how many there are
    if quiet := quiet_end(choice, now):
        return None if row.kind in DROPPED_WHEN_QUIET else quiet
    looks = looks_until(row.user, now) if row.in_page else None
    if looks and row.at < now - SHOWN_FOR:
        return None  # it stood before them for long enough
    return looks or now


def _settle(delivery: PushDelivery, answer: Answer, now: datetime) -> None:
    if answer.is_gone:
        delivery.subscription.delete()
    elif answer.is_taken:
        PushSubscription.objects.filter(pk=delivery.subscription_id).update(pushed_at=now)
        delivery.delete()
    elif answer.is_refused:
        log.warning("A push service refused a message for good, for subscription %s", delivery.subscription_id)
        delivery.delete()
    else:
        pause = answer.wait or min(FIRST_PAUSE * 2 ** min(delivery.tries, 8), LONGEST_PAUSE)
        PushDelivery.objects.filter(pk=delivery.pk).update(due_at=now + pause, tries=delivery.tries + 1)
