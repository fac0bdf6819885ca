"""Leading one team without leading everywhere: its figures and no others."""

from __future__ import annotations

import time
from threading import Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from inbox.models import Conversation, Event, Team, User
from inbox.notifications.queue import leads_of
from inbox.triage import labels, team_leads
from tests.factories import author, make_account, make_inbound, make_user
from tests.support.pages import page_of, signed_in
from webcare.lib.statements import fetch

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return make_user("admin", language="en")


@pytest.fixture
def sales(boss: User) -> Team:
    team = Team.objects.create(name="Verkoop")
    labels.set_members(team, [boss], boss)
    return team


@pytest.fixture
def care() -> Team:
    return Team.objects.create(name="Zorg")


@pytest.fixture
def farah() -> User:
    return make_user(language="en")


def lead(team: Team, person: User, boss: User, *leads: User) -> str:
    fields = {"name": team.name, "members": [person.pk], "leads": [one.pk for one in leads]}
    return page_of(signed_in(boss), reverse("team_edit", args=[team.code]), **fields)


def counted(client: Client, **asked: str) -> str:
    rows: Any = client.get("/figures/by/team/csv/", asked)
    return b"".join(rows.streaming_content).decode()


def test_the_figures_of_ones_team_and_no_other(boss: User, sales: Team, care: Team, farah: User) -> None:
    account = make_account("x")
    for team, n in ((care, 1), (sales, 2)):
        for number in range(n):
            talk = make_inbound(account, f"Vraag {team} {number}", author=author(f"{team}{number}")).conversation
            assert talk is not None
            Conversation.objects.filter(pk=talk.pk).update(team=team)
    page = signed_in(farah)
    assert page.get("/figures/").status_code == 403
    assert "Saved." in lead(care, farah, boss, farah)
    assert page.get("/figures/").status_code == 200
    assert page.get("/figures/").context["asked"].team == str(care.code)
    for asked in ({}, {"team": str(sales.code)}, {"team": ""}):
        assert page.get("/figures/", asked).context["asked"].scope.team == care.pk
        told = counted(page, **asked)
        assert "Verkoop" not in told
    for closed in ("/lead/", "/figures/goals/", "/figures/questions/", "/log/"):
        assert page.get(closed).status_code in (403, 404), closed
    shown = page.get("/figures/").content.decode()
    assert reverse("goals") not in shown
    assert reverse("questions") not in shown
    assert Event.objects.filter(verb="team_leads_changed").count() == 1


def test_who_leaves_a_team_leads_it_no_longer(boss: User, care: Team, farah: User) -> None:
    lead(care, farah, boss, farah)
    lead(care, boss, boss)
    assert signed_in(farah).get("/figures/").status_code == 403
    lead(care, farah, boss, farah)
    labels.archive(care, boss)
    farah.refresh_from_db()
    assert farah.led_teams is None
    labels.archive(care, boss)
    farah.refresh_from_db()
    assert farah.led_teams == [care.pk]


def test_who_leads_a_team_is_in_it(boss: User, care: Team, farah: User) -> None:
    assert "is a member of it too" in lead(care, boss, boss, farah)
    assert not care.leads.exists()


def test_who_leads_a_team_hears_of_it_before_other_leads(boss: User, care: Team, sales: Team, farah: User) -> None:
    account = make_account("x")
    everywhere = make_user("lead")
    assert set(leads_of(account.pk, care.pk)) == {boss, everywhere}
    lead(care, farah, boss, farah)
    assert list(leads_of(account.pk, care.pk)) == [farah]
    assert farah not in leads_of(account.pk)
    assert farah not in leads_of(account.pk, sales.pk)


@pytest.mark.django_db(transaction=True)
def test_two_teams_saved_at_once_lose_neither_lead() -> None:
    boss, farah = make_user("admin"), make_user()
    sales, care = Team.objects.create(name="Verkoop"), Team.objects.create(name="Zorg")
    for team in (sales, care):
        team.members.set([farah])

    def other() -> None:
        team_leads.set_leads(care, [farah], boss)
        connection.close()

    thread = Thread(target=other)
    with transaction.atomic():
        team_leads.set_leads(sales, [farah], boss)
        thread.start()
        _until_somebody_waits()
    thread.join(20)
    farah.refresh_from_db()
    assert farah.led_teams == [sales.pk, care.pk]


def _until_somebody_waits() -> None:
    for _turn in range(400):
        if fetch("SELECT 1 FROM pg_locks WHERE NOT granted"):
            return
        time.sleep(0.05)
    raise AssertionError("The other does not wait.")
