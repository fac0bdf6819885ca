"""Figures by mail: each period once, to who may see them, in their language, with the same numbers as the page."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from inbox.models import Event, User
from reports import display
from reports.asked import Asked
from reports.figures import values_of
from reports.mailed import mail
from reports.mailed.models import MailedReport
from reports.mailed.periods import latest
from tests import factories
from tests.reports.test_figures import DAY, Day
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db
MONDAY = DAY - timedelta(days=DAY.weekday())
AFTER = datetime.combine(MONDAY + timedelta(days=7), datetime.min.time(), UTC) + timedelta(hours=8)


@pytest.fixture
def lead() -> User:
    return factories.make_user("lead", first_name="Sanne", last_name="Kuipers", language="nl")


@pytest.fixture
def page(lead: User) -> Client:
    return signed_in(lead)


def mailed(now: datetime) -> list[Any]:
    """What is mailed at a moment."""
    outbox.outbox.clear()
    mail.send_due(now)
    return list(outbox.outbox)


@pytest.mark.parametrize(
    ("every", "now", "first", "last"),
    [
        ("week", "2026-11-30T06:30", "2026-11-23", "2026-11-29"),  # a Monday, half past seven in Amsterdam
        ("week", "2026-11-30T05:30", "2026-11-16", "2026-11-22"),
        ("week", "2026-12-06T23:30", "2026-11-23", "2026-11-29"),
        ("month", "2026-12-01T06:00", "2026-11-01", "2026-11-30"),
        ("month", "2026-12-01T05:59", "2026-10-01", "2026-10-31"),
        ("month", "2027-03-31T12:00", "2027-02-01", "2027-02-28"),
        ("week", "2026-03-30T05:00", "2026-03-23", "2026-03-29"),  # summer time began the night before
    ],
)
def test_a_period_is_due_at_seven_when_it_is_over(every: str, now: str, first: str, last: str) -> None:
    found = latest(every, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert (found.first, found.last) == (date.fromisoformat(first), date.fromisoformat(last))


def test_a_week_is_mailed_once_with_the_numbers_of_the_page(page: Client, lead: User) -> None:
    Day()
    page_of(page, "/figures/mailed/", reader=str(lead.code), every="week")
    MailedReport.objects.update(at=AFTER - timedelta(days=1))
    assert mailed(AFTER - timedelta(hours=3)) == []
    (message,) = mailed(AFTER)
    assert (message.to, message.subject.startswith("Webcare: cijfers van ")) == ([lead.email], True)
    ((html, _type),) = message.alternatives
    (name, table, _mime) = message.attachments[0]
    asked = Asked.of({"since": str(MONDAY), "until": str(MONDAY + timedelta(days=6))}, mail.nav_of_reader(lead))
    rows = display.shown(values_of(asked.scope), values_of(asked.scope.before))
    exact = {row["figure"]: row["value"] for row in csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))}
    assert exact == {row.figure.name: row.exact for row in rows}
    assert exact["messages_in"] not in ("", "0")
    assert (name, "Hallo Sanne," in html) == (f"webcare-figures-{MONDAY}-{MONDAY + timedelta(days=6)}.csv", True)
    assert mailed(AFTER) == mailed(AFTER + timedelta(hours=1)) == []
    assert len(mailed(AFTER + timedelta(days=7))) == 1
    assert Event.objects.filter(verb="report_mailed", data__to=lead.pk).exists()


def test_a_mail_that_did_not_leave_is_tried_again(page: Client, lead: User, monkeypatch: pytest.MonkeyPatch) -> None:
    MailedReport.objects.create(reader=lead, every="week", at=AFTER - timedelta(days=30))
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", lambda *_args: (_ for _ in ()).throw(SMTPServerDisconnected()))
        assert mailed(AFTER) == []
    assert len(mailed(AFTER + timedelta(minutes=5))) == 1
    lead.is_active = False
    lead.save()
    assert mailed(AFTER + timedelta(days=7)) == []


def test_a_reader_gets_figures_of_what_they_may_see(page: Client, lead: User) -> None:
    day = Day()
    outsider = factories.make_user(language="en")
    factories.limit(outsider, factories.make_account("x", handle="elders"))
    page_of(page, f"/figures/mailed/?account={day.x.code}", reader=str(outsider.code), every="week")
    report = MailedReport.objects.get()
    assert report.filters == f"account={day.x.code}"
    MailedReport.objects.update(at=AFTER - timedelta(days=1))
    (message,) = mailed(AFTER)
    assert f"messages_in,{MONDAY},{MONDAY + timedelta(days=6)},0," in message.attachments[0][1]
    assert "/figures/?" not in message.body
    stranger = signed_in(factories.make_user("lead"))
    assert stranger.post(f"/figures/mailed/{report.code}/end/").status_code == 404
    assert page.post(f"/figures/mailed/{report.code}/end/").status_code == 302
    assert not MailedReport.objects.exists()


def test_its_reader_ends_a_report_by_the_link_in_the_mail(lead: User) -> None:
    agent = factories.make_user(language="en")
    report = MailedReport.objects.create(reader=agent, by=lead, every="week", at=AFTER - timedelta(days=1))
    (message,) = mailed(AFTER)
    link = str(message.body).split("Stop this report:\n")[1].split()[0]
    assert message.extra_headers["List-Unsubscribe"] == f"<{link}>"
    nobody, path = Client(headers={"Accept-Language": "en"}), "/figures/" + link.partition("/figures/")[2]
    assert "Stop this report" in nobody.get(path).content.decode()
    assert MailedReport.objects.filter(pk=report.pk).exists(), "looking ends nothing"
    assert "mailed no more" in nobody.post(path).content.decode()
    assert not MailedReport.objects.exists()
    assert (nobody.get(path).status_code, nobody.post(path[:-3] + "x/").status_code) == (410, 410)
    assert Event.objects.get(verb="report_ended").actor == agent
