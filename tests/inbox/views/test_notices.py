"""The notice board above the inbox."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from inbox.models import Conversation, Event, Notice, User
from inbox.notifications import notices
from tests.support.navigation import NAVIGATION
from tests.support.pages import signed_in


def _later(**span: float) -> str:
    return timezone.localtime(timezone.now() + timedelta(**span)).strftime("%Y-%m-%dT%H:%M")


def test_i10_notice_stays_until_everyone_read_it(
    page: Client, agent: User, lead: User, conversation: Conversation
) -> None:
    lead_page = signed_in(lead)
    lead_page.post(
        "/inbox/notices/", {"kind": "disruption", "text": "De betaalpagina ligt eruit.", "expires_at": _later(hours=3)}
    )
    notice = Notice.objects.get()
    assert "De betaalpagina ligt eruit." in page.get("/inbox/").content.decode()
    assert "ligt eruit" not in lead_page.get("/inbox/").content.decode()  # its writer knows
    assert page.post(f"/inbox/notices/{notice.code}/read/", {"next": "/inbox/?queue=mine"})["Location"] == (
        "/inbox/?queue=mine"
    )
    assert "ligt eruit" not in page.get("/inbox/").content.decode()
    assert "read by 2 people" in page.get("/inbox/notices/").content.decode()
    assert Event.objects.filter(verb="notice_posted", actor=lead).exists()


def test_i10_a_notice_leaves_by_itself_and_can_be_taken_down(
    page: Client, lead: User, conversation: Conversation
) -> None:
    soon = notices.post(lead, kind="campaign", text="Actieweek", until=timezone.now() + timedelta(days=1))
    assert "Actieweek" in page.get("/inbox/").content.decode()
    Notice.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "Actieweek" not in page.get("/inbox/").content.decode()
    Notice.objects.update(expires_at=timezone.now() + timedelta(days=1))
    signed_in(lead).post(f"/inbox/notices/{soon.code}/end/")
    assert "Actieweek" not in page.get("/inbox/").content.decode()


def test_agents_read_the_board_and_do_not_write_on_it(page: Client, lead: User, conversation: Conversation) -> None:
    data = {"kind": "campaign", "text": "Van mij", "expires_at": _later(hours=3)}
    assert page.post("/inbox/notices/", data).status_code == 403
    assert 'name="text"' not in page.get("/inbox/notices/").content.decode()
    notice = notices.post(lead, kind="campaign", text="Actieweek", until=timezone.now() + timedelta(days=1))
    assert page.post(f"/inbox/notices/{notice.code}/end/").status_code == 403
    assert Notice.objects.count() == 1


def test_a_notice_needs_a_text_and_a_moment_to_come(lead: User, conversation: Conversation) -> None:
    lead_page = signed_in(lead)
    data = {"kind": "campaign", "text": "", "expires_at": _later(hours=-3)}
    html = lead_page.post("/inbox/notices/", data).content.decode()
    assert "Choose a moment in the future." in html
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    "address",
    ["https://elders.example/", "//elders.example/", "null", "inbox", "javascript:1", "/\\\\elders", ""],
)
def test_reading_goes_back_to_our_own_pages_only(
    page: Client, lead: User, conversation: Conversation, address: str
) -> None:
    notice = notices.post(lead, kind="campaign", text="Actieweek", until=timezone.now() + timedelta(days=1))
    answer = page.post(f"/inbox/notices/{notice.code}/read/", {"next": address})
    assert answer["Location"] == "/inbox/"


@pytest.mark.parametrize("address", ["null", "undefined", "https://elders.example/", "account_login"])
def test_signing_in_and_out_leads_to_our_own_pages_only(agent: User, address: str) -> None:
    browser = Client()
    form = {"login": agent.email, "password": "a-long-password", "next": address}
    assert browser.post("/account/login/", form)["Location"] == "/inbox/"
    assert browser.post("/account/logout/", {"next": address})["Location"] == "/account/login/"


def test_many_notices_cost_one_statement_more_than_none(
    page: Client, lead: User, conversation: Conversation, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(5):
        notices.post(lead, kind="campaign", text=f"Nieuws {number}", until=timezone.now() + timedelta(days=1))
    page.get("/inbox/")
    with django_assert_num_queries(4 + NAVIGATION + 1):  # session, person, rows, their marks; which ones were read
        assert "Nieuws 4" in page.get("/inbox/").content.decode()
