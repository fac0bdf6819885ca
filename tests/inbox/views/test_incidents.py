"""A lead's way through an incident, from the notice board or a spike to its end; what agents see of it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from channels.models import Account
from inbox.models import Conversation, Event, Incident, IncidentReply, Message, Notice, Notification, Spike, Team, User
from inbox.notifications import notices
from tests.factories import author, make_account, make_inbound, make_user
from tests.support.fake_platform import FakeConnector
from tests.support.incidents import TEXT, choose_all, go_round, make_incident
from tests.support.pages import page_of, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]


@pytest.fixture
def account() -> Account:
    """Where it is busy."""
    return make_account("fake", handle="lijnnoord")


def wrote(account: Account, *names: str) -> None:
    """Let people write about the same."""
    for name in names:
        make_inbound(account, "Rijdt er nog een trein naar Klaverbrug?", author=author(name))


def start(page: Client, address: str, account: Account, approver: User | None) -> Incident:
    """Fill in the form."""
    form = {
        "name": "Seinstoring", "text": TEXT, "accounts": account.pk, "words": "", "label": "",
        "approver": approver.pk if approver else "",
        "since": timezone.localtime(timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    page_of(page, address, **form)
    return Incident.objects.get()


def test_i3_from_the_notice_board_to_the_end(account: Account) -> None:
    lead, second, agent = make_user("lead", language="en"), make_user("lead", language="en"), make_user(language="en")
    page = signed_in(lead)
    wrote(account, "Hendrik Bouma", "Joke Terpstra", "Sven Haakma")
    notice = notices.post(lead, kind="disruption", text="Seinen plat", until=timezone.now() + timedelta(hours=2))
    address = f"/inbox/incidents/start/?notice={notice.code}"
    assert address in page_of(page, "/inbox/notices/")
    assert "Hi {first_name}, Seinen plat" in page_of(page, address)
    incident = start(page, address, account, second)
    mine = incident.get_absolute_url()
    # Sending before the second person's word does nothing.
    html = page_of(page, mine)
    boxes = re.findall(r'name="in-1" value="([^"]+)"', html)
    assert len(boxes) == 3
    form = {"group": "1", "in-1": boxes, "without": boxes[2].partition(".")[0]}
    assert "not approved yet" in page_of(page, f"{mine}send/", **form)
    assert not IncidentReply.objects.exists()
    (asked,) = Notification.objects.filter(user=second)
    assert "asks you to approve the text of “Seinstoring”" in page_of(signed_in(second), "/inbox/notifications/")
    assert "Approve this text" not in html
    page_of(signed_in(second), f"{mine}approve/", ok="1")
    asked.refresh_from_db()
    assert asked.read_at
    assert "2 answers are waiting to leave." in page_of(page, f"{mine}send/", **form)
    assert "Stop sending" in page.get(f"{mine}?part=progress").content.decode()
    go_round()
    page_of(page, f"{mine}stop/", ok="1")
    go_round(5)
    assert "Go on sending" in page_of(page, mine)
    assert len(FakeConnector.sent) == 1
    assert "1 of 2" in page_of(page, mine)
    # An agent sees it all, and presses nothing.
    seen = page_of(signed_in(agent), mine)
    assert "1 of 2" in seen
    assert "Go on sending" not in seen
    assert signed_in(agent).post(f"{mine}resume/").status_code == 403
    page_of(page, f"{mine}end/", ok="1")
    assert not Notice.objects.filter(expires_at__gt=timezone.now()).exists()
    log = page_of(page, "/log/")
    assert "stopped the answers in the incident “Seinstoring”" in log
    assert "ended the incident “Seinstoring”" in log
    sent = Message.objects.get(direction="outbound")
    assert Event.objects.filter(verb="incident_answered", conversation=sent.conversation).exists()


def test_i3_spike_leads_to_what_people_say_and_an_incident(account: Account) -> None:
    lead = make_user("lead", language="en")  # nobody else could approve
    wrote(account, "Hendrik Bouma", "Joke Terpstra")
    spike = Spike.objects.create(account=account, kind="volume", value=23, usual=4, limit=12, peak=31)
    page = signed_in(lead)
    html = page_of(page, f"/inbox/spikes/{spike.code}/")
    assert "up to 31 messages within an hour, usually 4" in html
    assert "<b>trein</b>" in html
    address = re.findall(r'href="(/inbox/incidents/start/[^"]+)"', html)[0].replace("&amp;", "&")
    assert str(spike.code) in page_of(page, "/inbox/spikes/")
    form = page_of(page, address)
    assert "klaverbrug" in form
    assert 'name="approver"' not in form
    incident = start(page, address, account, None)
    assert incident.is_approved
    assert Notice.objects.get().text == "Seinstoring"


def test_it_says_that_planned_posts_wait_where_there_are_any(account: Account) -> None:
    lead = make_user("lead", language="en")
    page, running = signed_in(lead), make_incident(lead, account)
    for address in ("/inbox/incidents/start/", running.get_absolute_url()):
        assert "planned posts" not in page_of(page, address)
    make_account("facebook", mode="publish")
    for address in ("/inbox/incidents/start/", running.get_absolute_url()):
        assert "So are planned posts" in page_of(page, address)


def test_answers_in_a_closed_team_show_to_its_members_alone(account: Account) -> None:
    lead, agent = make_user("lead"), make_user()
    wrote(account, "Hendrik Bouma", "Joke Terpstra")
    incident = make_incident(lead, account)
    choose_all(incident, lead, *Conversation.objects.all())
    team = Team.objects.create(name="Personeel", is_closed=True)
    team.members.add(lead)
    Conversation.objects.filter(identity__name="Hendrik Bouma").update(team=team)
    mine = incident.get_absolute_url()
    assert "Hendrik Bouma" in page_of(signed_in(lead), mine)
    html = page_of(signed_in(agent), mine)
    assert "Joke Terpstra" in html and "Hendrik Bouma" not in html


def test_many_cost_no_more_than_few(account: Account, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    lead = make_user("lead")
    incident, page = make_incident(lead, account), signed_in(lead)
    wrote(account, *(f"Klant {n}" for n in range(12)))
    for conversation in Conversation.objects.all()[:6]:
        IncidentReply.objects.create(
            incident=incident, conversation=conversation, account=account, by=lead, seen_message_id=1
        )
    page.get(incident.get_absolute_url())
    with django_assert_max_num_queries(32):
        page.get(incident.get_absolute_url())
