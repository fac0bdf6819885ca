"""The notice board: what every colleague should know today. Leads write; everyone marks as read for themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from inbox.models import Event, Notice, User
from webcare.lib.prepared import Given, Prepared


@transaction.atomic
def post(by: User, *, kind: str, text: str, until: datetime) -> Notice:
    """Put a notice above everybody's inbox. Its writer knows it already. Raises ValueError for an empty or past one."""
    text = " ".join(text.replace("\x00", "").split())
    if not text or kind not in Notice.Kind.values or until <= timezone.now():
        raise ValueError("A notice needs a kind, a text, and a moment to come.")
    notice = Notice.objects.create(kind=kind, text=text[:500], by=by, expires_at=until)
    notice.read_by.add(by)
    Event.note("notice_posted", actor=by, notice=notice.pk, until=until)
    return notice


@transaction.atomic
def end(notice: Notice, by: User) -> bool:
    """Take a notice down before its time; return whether it still stood."""
    ended = Notice.objects.filter(pk=notice.pk, expires_at__gt=timezone.now()).update(expires_at=timezone.now())
    if ended:
        Event.note("notice_ended", actor=by, notice=notice.pk)
    return bool(ended)


def mark_read(notice: Notice, user: User) -> None:
    """Take a notice from above one person's inbox. Others still see it."""
    notice.read_by.add(user)


def current() -> QuerySet[Notice]:
    """Notices that have not run out, newest first."""
    return Notice.objects.filter(expires_at__gt=timezone.now()).order_by("-at", "-pk")


def unread_of(notices: Iterable[Notice], user: User) -> list[Notice]:
    """Return those of some notices that stand and that somebody has not read. A statement only where one stands."""
    now = timezone.now()
    standing = [notice for notice in notices if notice.expires_at > now]
    if not standing:
        return []
    read = set(_read_by(reader=user.pk))
    return [notice for notice in standing if notice.pk not in read]


@Prepared
def _read_by() -> QuerySet[Any, int]:
    return Notice.read_by.through.objects.filter(user=Given("reader")).values_list("notice", flat=True)


def board() -> QuerySet[Notice]:
    """Everything on the board with who wrote it, how many read it, and its incident."""
    return current().select_related("by", "incident").annotate(readers=Count("read_by"))
