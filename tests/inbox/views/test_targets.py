"""Response targets as a lead sees and changes them, and what the pages show of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from channels.models import Account
from inbox.models import Conversation, Event, ResponseTarget, Team, User
from inbox.sla import due, late
from tests.factories import make_account, make_conversation, make_user
from tests.support.html import tight
from tests.support.pages import signed_in

ADDRESS = "/settings/targets/"


@pytest.fixture
def lead(db: None) -> Client:
    """A lead's browser."""
    return signed_in(make_user("lead", language="en"))


def html(client: Client, address: str) -> str:
    """A page's source, its white space apart."""
    return tight(client.get(address).content.decode())


def waits(minutes: float, account: Account | None = None) -> Conversation:
    """Somebody who waits so long."""
    row = make_conversation(account)
    since = timezone.now() - timedelta(minutes=minutes)
    Conversation.objects.filter(pk=row.pk).update(waiting_since=since)
    due.renew([row.pk])
    row.refresh_from_db()
    return row


def test_f2_lead_adds_changes_and_removes_a_target(lead: Client) -> None:
    account, team = make_account(handle="veldhuis"), Team.objects.create(name="Reizen")
    assert "60 minutes" in html(lead, ADDRESS)
    fields = {"minutes": "30", "account": str(account.pk), "in_opening_hours": "1"}
    assert lead.post(ADDRESS, fields)["Location"] == ADDRESS
    row = ResponseTarget.objects.get()
    assert (row.minutes, row.account, row.team, row.in_opening_hours) == (30, account, None, True)
    page = html(lead, ADDRESS)
    assert "30 minutes" in page
    assert "in opening hours" in page
    lead.post(f"{ADDRESS}{row.code}/", {"minutes": "20", "team": str(team.pk), "priority_from": "50"})
    row.refresh_from_db()
    assert (row.minutes, row.account, row.team, row.priority_from, row.in_opening_hours) == (20, None, team, 50, False)
    lead.post(f"{ADDRESS}{row.code}/remove/")
    assert not ResponseTarget.objects.exists()
    verbs = Event.objects.filter(verb__startswith="target_").order_by("pk").values_list("verb", "data__minutes")
    assert list(verbs) == [("target_added", 30), ("target_changed", 20), ("target_removed", 20)]


def test_f2_second_target_for_the_same_is_refused_in_words(lead: Client) -> None:
    lead.post(ADDRESS, {"minutes": "30"})
    page = lead.post(ADDRESS, {"minutes": "40"}).content.decode()
    assert "There is a target for the same conversations already." in page
    assert ResponseTarget.objects.get().minutes == 30


@pytest.mark.parametrize("minutes", ["0", "-5", "20161", "veel", ""])
def test_target_is_a_time_that_can_be_kept(lead: Client, minutes: str) -> None:
    assert lead.post(ADDRESS, {"minutes": minutes}).status_code == 200
    assert not ResponseTarget.objects.exists()


@time_machine.travel(timezone.now(), tick=False)
def test_changed_target_shows_on_the_next_page(lead: Client) -> None:
    row = waits(30)
    assert "30 min left" in html(lead, "/inbox/")
    lead.post(ADDRESS, {"minutes": "20"})
    due.renew_all()
    assert "10 min late" in html(lead, "/inbox/")
    assert "target 20 min" in html(lead, row.get_absolute_url())


@pytest.mark.parametrize(
    ("waited", "said", "classes", "words"),
    [
        (30, "30 min left", "due-ok g5", "within target"),
        (50, "10 min left", "due-soon g8", "target is near"),
        (60, "0 min late", "due-over g10 late-1", "over target"),
        (119, "59 min late", "due-over g10 late-1", "over target"),
        (120, "1 h late", "due-over g10 late-2", "over target"),
        (240, "3 h late", "due-over g10 late-4", "over target"),
    ],
)
@time_machine.travel(timezone.now(), tick=False)
def test_f2_row_and_head_say_time_left_or_lateness(
    lead: Client, waited: int, said: str, classes: str, words: str
) -> None:
    row = waits(waited)
    for address in ("/inbox/", row.get_absolute_url()):
        page = html(lead, address)
        assert said in page
        assert words in page
    assert classes in " ".join(html(lead, "/inbox/").split())


def test_f2_list_sorts_by_time_left(lead: Client) -> None:
    slow, fast = make_account(), make_account()
    ResponseTarget.objects.create(minutes=600, account=slow)
    long_target, near, overdue = waits(90, account=slow), waits(50, account=fast), waits(70, account=fast)
    page = html(lead, "/inbox/?sort=target")
    found = sorted((long_target, near, overdue), key=lambda row: page.index(str(row.code)))
    assert found == [overdue, near, long_target]
    assert "Response target" in page


def test_f2_late_ones_have_a_queue_and_a_count_for_leads(lead: Client, agent: User) -> None:
    waits(30)
    overdue, more = waits(61), waits(600)
    late.record()
    page = html(lead, "/inbox/?queue=late")
    assert page.index(str(more.code)) < page.index(str(overdue.code))
    entry = page.partition('href="/inbox/?queue=late"')[2].partition("</a>")[0]
    assert "Late" in entry
    assert ">2<" in entry.replace(" ", "")
    assert "queue=late" not in html(signed_in(agent), "/inbox/")


def test_agent_may_not_change_targets(agent: User) -> None:
    assert signed_in(agent).get(ADDRESS).status_code == 403
