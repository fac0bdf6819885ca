"""Sends what is due: a table of the figures in the reader's language, of what they may see, and the same as a file."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from smtplib import SMTPException
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from channels.platforms import platform_title
from inbox.library import reference
from inbox.lists.navigation import Nav
from inbox.models import User
from inbox.models.rights import Right
from inbox.notifications.mail import AUTOMATIC, can_mail
from reports import display
from reports.asked import Asked
from reports.figures import values_of
from reports.goals.history import Goals
from reports.mailed.models import MailedReport, SentReport
from reports.mailed.periods import Period, latest
from reports.mailed.stopping import address_of
from webcare.lib.csv_file import csv_lines
from webcare.lib.statements import insert_new

log = logging.getLogger(__name__)
TRIED_FOR = timedelta(days=1)


def send_due(now: datetime | None = None) -> int:
    """Mail every report whose period is over and was not mailed; return how many left."""
    now = now or timezone.now()
    return sum(_send(report, period) for report, period in _due(now) if _claim(report, period)) if can_mail() else 0


def _due(now: datetime) -> Iterator[tuple[MailedReport, Period]]:
    for every in MailedReport.Every.values:
        period = latest(every, now)
        if now - period.at > TRIED_FOR:
            continue
        reports = MailedReport.objects.filter(every=every, at__lt=period.at, reader__is_active=True)
        unsent = reports.exclude(sent__first=period.first).select_related("reader", "by")
        yield from ((report, period) for report in unsent)


def _claim(report: MailedReport, period: Period) -> bool:
    """Write down that a period is mailed; return whether nobody did before."""
    return bool(insert_new([SentReport(report=report, first=period.first)]))


def _send(report: MailedReport, period: Period) -> int:
    """Send one mail; return whether it left. What a server refuses now is tried again later."""
    try:
        with translation.override(report.reader.language):
            return _message(report, period).send()
    except (SMTPException, OSError) as error:
        log.warning("A mailed report did not leave: %s", type(error).__name__)
    except Exception:  # one that cannot be made keeps none of the others back
        log.exception("Report %s could not be made", report.pk)
    SentReport.objects.filter(report=report, first=period.first).delete()
    return 0


def _message(report: MailedReport, period: Period) -> EmailMultiAlternatives:
    nav = nav_of_reader(report.reader)
    asked = Asked.of({**dict(parse_qsl(report.filters)), "since": str(period.first), "until": str(period.last)}, nav)
    goals = Goals(asked.last).of(asked.account_id, asked.scope.team)
    rows = display.shown(values_of(asked.scope), values_of(asked.scope.before), goals)
    days = f"{date_format(period.first, 'j F')} – {date_format(period.last, 'j F Y')}"
    stop = f"{settings.PUBLIC_URL}{address_of(report)}"
    context = {
        "name": report.reader.first_name or report.reader.name,
        "days": days,
        "title": title_of(asked, nav),
        "rows": rows,
        "stop": stop,
        "by": report.by.name if report.by and report.by != report.reader else "",
        "address": f"{settings.PUBLIC_URL}{reverse('figures')}?{asked.address}"
        if report.reader.has(Right.FIGURES)
        else "",
        "language": report.reader.language,
    }
    subject = f"Webcare: {_('figures of %(days)s') % {'days': days}}"
    text, html = (render_to_string(f"reports/mailed/mail.{kind}", context) for kind in ("txt", "html"))
    message = EmailMultiAlternatives(
        subject, text, to=[report.reader.email], headers={**AUTOMATIC, "List-Unsubscribe": f"<{stop}>"}
    )
    message.attach_alternative(html, "text/html")
    table = "".join(csv_lines(display.totals(rows, asked.scope)))
    message.attach(f"webcare-figures-{period.first}-{period.last}.csv", table, "text/csv")
    return message


def nav_of_reader(reader: User) -> Nav:
    """Return what a person may see, outside a request of theirs."""
    return Nav(reader, reference.moment())


def title_of(asked: Asked, nav: Nav) -> str:
    """Return what figures are narrowed to, in names of ours; "" where they are not."""
    account = nav.account(asked.account)
    names = [
        platform_title(asked.channel) if asked.channel else "",
        account.at_handle if account else "",
        *(row.name for row in nav.teams if row.code == asked.team),
        *(row.name for row in nav.labels if row.code == asked.label),
        *(row.name for row in nav.people if str(row.code) == asked.person),
    ]
    return ", ".join(filter(None, names))
