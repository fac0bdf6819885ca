"""Notifications by mail: what one person was told meanwhile, in one mail. Names of ours and links alone.

A mail is claimed before it is sent, as answers are. A worker that is killed in between loses a mail, and sends none
twice: in the page it still waits.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import ngettext

from channels.platforms import platform_title
from inbox.models import Notification, User
from inbox.models.message import search_words
from inbox.notifications import together
from inbox.notifications.timing import MAIL_EVERY, looks_until
from inbox.notifications.words import address_of, words_of

log = logging.getLogger(__name__)
TRIED_FOR = timedelta(hours=2)
LINES = 20
_DUMMY = "django.core.mail.backends.dummy.EmailBackend"


class Line(NamedTuple):
    """One notification in a mail."""

    words: str
    place: str  # platform and account of ours
    link: str


def can_mail() -> bool:
    """Whether there is a mail server."""
    return settings.EMAIL_BACKEND != _DUMMY


def send_due(now: datetime | None = None) -> int:
    """Send a mail to everybody for whom something is due; return how many were sent."""
    now = now or timezone.now()
    due = Notification.objects.filter(mail_at__lte=now)
    if not can_mail():
        due.update(mail_at=None)
        return 0
    people = due.order_by("user").values_list("user", flat=True).distinct()
    return sum(_send(claimed) for person in list(people) if (claimed := _claim(person, now)))


@transaction.atomic
def _claim(person: int, now: datetime) -> list[Notification]:
    """Take what is due for a person off the queue; return what is worth a mail.

    Nothing while somebody else claims for them, nor shortly after their last mail. What they read or deal with
    otherwise, or see in the page now, needs none.
    """
    user = User.objects.select_for_update(of=("self",), skip_locked=True, no_key=True).filter(pk=person).first()
    mine = Notification.objects.filter(user=person)
    if user is None or mine.filter(mailed_at__gt=now - MAIL_EVERY).exists():
        return []
    due = list(_with_places(mine.filter(mail_at__lte=now)))
    seen = set(user.visible_accounts().order_by().values_list("pk", flat=True))  # it may be fewer by now
    is_told = user.is_active and looks_until(user, now) is None
    news = [row for row in due if is_told and row.is_news and (row.practice_id or _account_of(row) in seen)]
    mine.filter(pk__in=[row.pk for row in due]).update(mail_at=None)
    mine.filter(pk__in=[row.pk for row in news]).update(mailed_at=now)
    return news


def _send(rows: list[Notification]) -> int:
    """Send one mail about what was claimed; return whether it left. What a server refuses now is tried again later."""
    user = rows[0].user
    with translation.override(user.language):
        message = _message(user, rows)
    try:
        return message.send()
    except (SMTPException, OSError) as error:
        log.warning("A mail about notifications did not leave: %s", type(error).__name__)
    now = timezone.now()
    again = Notification.objects.filter(pk__in=[row.pk for row in rows])
    again.update(mailed_at=None)
    again.filter(at__gt=now - TRIED_FOR).update(mail_at=now + MAIL_EVERY)
    return 0


def _message(user: User, rows: list[Notification]) -> EmailMessage:
    lines = _lines(rows)
    number = len(lines)
    subject = (
        lines[0].words if number == 1 else ngettext("%(n)d notification", "%(n)d notifications", number) % {"n": number}
    )
    context = {
        "name": user.first_name or user.name,
        "lines": lines[:LINES],
        "more": max(number - LINES, 0),
        "list": settings.PUBLIC_URL + reverse("notifications"),
        "preferences": settings.PUBLIC_URL + reverse("notification_choice"),
    }
    body = render_to_string("inbox/notifications/mail.txt", context)
    return EmailMessage(f"Webcare: {' '.join(subject.split())}", body, to=[user.email], headers=AUTOMATIC)


# No answering machine replies to it.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def _lines(rows: list[Notification]) -> list[Line]:
    """Return a line each; waits that their reader does not hold are one, by kind."""
    waits: dict[str, list[Notification]] = {}
    for row in rows:
        if together.is_alike(row):
            waits.setdefault(row.kind, []).append(row)
    many = {kind: found for kind, found in waits.items() if len(found) >= together.FEWEST}
    first = [
        Line(together.words_of(kind, len(found)), "", settings.PUBLIC_URL + together.ADDRESSES[Notification.Kind(kind)])
        for kind, found in many.items()
    ]
    return first + [_line(row) for row in rows if row.kind not in many or not together.is_alike(row)]


def _line(row: Notification) -> Line:
    account = row.conversation.account if row.conversation else row.account
    place = f"{platform_title(account.platform)}, {account.at_handle}" if account else ""
    return Line(words_of(row), place, settings.PUBLIC_URL + address_of(row))


def _with_places(rows: QuerySet[Notification]) -> QuerySet[Notification]:
    places = rows.select_related(
        "user", "by", "account", "conversation__account", "message", "incident", "spike__account"
    )
    return places.defer(
        "account__sealed_credentials", "conversation__account__sealed_credentials",
        "spike__account__sealed_credentials", *search_words("message"), "message__text",
    ).order_by("-at", "-pk")  # fmt: skip


def _account_of(row: Notification) -> int | None:
    return row.conversation.account_id if row.conversation else row.account_id
