"""A team that is closed to others: who is outside it sees, holds and counts none of its work.

That no address tells of it is in test_access_everywhere.py, that counts stay exact in lists/test_counts.py.
"""

from __future__ import annotations

import pytest
from django.test import Client

from inbox.automation import occasions
from inbox.library import reference
from inbox.lists.navigation import Nav
from inbox.models import Conversation, Escalation, Event, Notification, Team, UndoableAct, User
from inbox.notifications.queue import leads_of
from inbox.triage import assignment, escalation, labels
from tests import factories
from tests.support.pages import HTMX, page_of, signed_in
from tests.support.rules import does, make_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(db: None) -> User:
    """Who works in the closed team."""
    return factories.make_user(first_name="Noor", language="en")


@pytest.fixture
def team(inside: User) -> Team:
    """A closed team of one."""
    team = Team.objects.create(name="Personeel", is_closed=True)
    team.members.add(inside)
    return team


@pytest.fixture
def desk(lead: User) -> Client:
    """The browser of a lead who is not in it."""
    return signed_in(lead)


def open_for(person: User) -> int:
    """How much is open, as somebody's menu says."""
    return Nav(User.objects.get(pk=person.pk), reference.moment()).count("open")


def test_given_to_a_closed_team_it_is_gone_until_undone(
    desk: Client, lead: User, inside: User, team: Team, conversation: Conversation
) -> None:
    assignment.assign(conversation, lead, lead)
    code, address = str(conversation.code), conversation.get_absolute_url()
    assert f"rows={code}" in page_of(desk, "/inbox/")
    answer = desk.post(f"{address}team/", {"team": str(team.code)}, **HTMX)
    assert answer["HX-Redirect"] == "/inbox/"
    assert Conversation.objects.get().assignee is None
    assert desk.get(address).status_code == 404
    assert code not in page_of(desk, "/inbox/")
    news = page_of(desk, f"/inbox/updates/?since=0&rows={code}")
    assert f'id="row-{code}"' in news and "closed to you" in news
    assert (open_for(lead), open_for(inside), open_for(factories.make_user("admin"))) == (0, 1, 1)
    assert signed_in(inside).get(address).status_code == 200
    desk.post("/inbox/undo/", {"act": str(UndoableAct.objects.get(kind="team").code)})
    assert desk.get(address).status_code == 200
    assert Conversation.objects.get().assignee == lead


def test_undo_is_too_late_once_the_team_works_on_it(
    desk: Client, inside: User, team: Team, conversation: Conversation
) -> None:
    desk.post(f"{conversation.get_absolute_url()}team/", {"team": str(team.code)})
    assignment.assign(conversation, inside, inside)
    desk.post("/inbox/undo/", {"act": str(UndoableAct.objects.get().code)})
    assert Conversation.objects.get().team == team


def test_closing_a_team_takes_its_work_from_outsiders(
    lead: User, agent: User, inside: User, conversation: Conversation
) -> None:
    team = Team.objects.create(name="Personeel")
    team.members.add(inside)
    labels.give_to_team(conversation, team, inside)
    assignment.assign(conversation, agent, inside)
    question = escalation.ask(conversation, "Mag dit?", to=lead, by=inside)
    assert question is not None
    boss = factories.make_user("admin", language="en")
    form = {"name": "Personeel", "members": [str(inside.pk)], "dividing": "off", "is_closed": "on"}
    assert signed_in(boss).post(f"/settings/teams/{team.code}/", form).status_code == 302
    assert Conversation.objects.get().assignee is None
    assert Event.objects.filter(verb="unassigned", data__why="team_closed").count() == 1
    assert Escalation.objects.get().asked is None
    assert set(leads_of(conversation.account_id, team.pk)) == {boss}


def test_outsiders_are_not_given_told_or_asked(
    desk: Client, lead: User, agent: User, inside: User, team: Team, conversation: Conversation
) -> None:
    labels.give_to_team(conversation, team, None)
    pick = {"user": str(agent.code), "do": "picked", "pick": [f"{conversation.code}/"]}
    desk.post("/lead/give/", pick)
    signed_in(factories.make_user("admin")).post("/lead/give/", pick)
    own = signed_in(inside)
    assert own.post(f"{conversation.get_absolute_url()}assign/", {"user": str(agent.code)}).status_code == 404
    assert assignment.assign(conversation, agent, inside) is False
    own.post(f"{conversation.get_absolute_url()}note/", {"text": f"@{agent.get_full_name()} kijk jij?"})
    assert Conversation.objects.get().assignee is None
    assert not Notification.objects.filter(user__in=[agent, lead]).exists()
    assert own.post(f"{conversation.get_absolute_url()}claim/").status_code == 302
    assert Conversation.objects.get().assignee == inside
    labels.set_members(team, [agent], inside)
    assert Conversation.objects.get().assignee is None
    with pytest.raises(ValueError, match="not asked"):
        escalation.ask(conversation, "Mag dit?", to=lead, by=inside)


@pytest.mark.usefixtures("estimated")
def test_rules_of_an_outsider_leave_its_work_alone(lead: User, inside: User, team: Team) -> None:
    outside = make_rule(does("priority", "high"), name="Van buiten", changed_by=lead)
    within = make_rule(does("priority", "low"), name="Van binnen", changed_by=inside)
    conversation = factories.make_conversation()
    labels.give_to_team(conversation, team, None)
    occasions.apply_due()
    assert not outside.applications.exists()
    assert within.applications.count() == 1


def test_only_its_own_leads_and_admins_change_it(desk: Client, lead: User, inside: User, team: Team) -> None:
    page, form = f"/settings/teams/{team.code}/", {"name": "Anders", "dividing": "off"}
    assert desk.get(page).status_code == desk.post(page, form).status_code == 404
    assert desk.post(f"/settings/teams/{team.code}/put-away/").status_code == 404
    assert page not in page_of(desk, "/settings/teams/")
    refused = desk.post("/settings/teams/", {**form, "members": [str(inside.pk)], "is_closed": "on"})
    assert "Be in a team yourself" in refused.content.decode()
    team.members.add(lead)
    assert desk.post(page, {**form, "is_closed": "on", "members": [str(lead.pk)]}).status_code == 302
    assert signed_in(factories.make_user("admin")).get(page).status_code == 200
