"""Work never stays with somebody who cannot see it: it is given back, and that is logged."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from channels.accounts import connecting
from channels.models import Account
from inbox.ingest.receive import receive
from inbox.models import Conversation, Event, Notification, Team, User
from inbox.team import members
from inbox.triage import assignment, labels
from tests.factories import author, incoming, limit, make_account, make_conversation, make_user, minutes_ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    """The account that is going to be out of somebody's sight."""
    return make_account()


@pytest.fixture
def admin() -> User:
    """Who changes people and accounts."""
    return make_user("admin", language="en")


@pytest.fixture
def agent() -> User:
    """Who holds the conversation."""
    return make_user()


@pytest.fixture
def held(account: Account, agent: User) -> Conversation:
    """An open conversation of the agent's."""
    conversation = make_conversation(account)
    assignment.assign(conversation, agent, by=None)
    return conversation


def was_given_back(conversation: Conversation, by: User | None, why: str) -> bool:
    """Whether nobody has it now, and the log says who did that and why."""
    conversation.refresh_from_db()
    event = Event.objects.filter(conversation=conversation, verb="unassigned").last()
    logged = (event.actor_id, event.data["why"]) if event else None
    return conversation.assignee_id is None and logged == (by.pk if by else None, why)


def test_narrower_accounts_give_work_back(held: Conversation, agent: User, admin: User) -> None:
    kept = make_conversation(other := make_account())
    assignment.assign(kept, agent, by=None)
    agent.all_accounts = False
    assert members.change(agent, by=admin, accounts=[other]) == 1
    assert was_given_back(held, admin, "out_of_sight")
    kept.refresh_from_db()
    assert kept.assignee_id == agent.pk


def test_snoozed_work_is_given_back_too(held: Conversation, agent: User, admin: User) -> None:
    assignment.snooze(held, None, by=agent)
    agent.all_accounts = False
    members.change(agent, by=admin, accounts=[make_account()])
    assert was_given_back(held, admin, "out_of_sight")


def test_page_of_a_person_says_what_became_free(client: Client, held: Conversation, agent: User, admin: User) -> None:
    client.force_login(admin)
    values = {"first_name": "Farah", "last_name": "T", "email": agent.email, "role": "agent", "language": "nl"}
    values |= {"accounts": str(make_account().pk)}
    page = client.post(f"/people/{agent.code}/", values, follow=True).content.decode()
    assert "1 conversation is unassigned now." in page
    assert was_given_back(held, admin, "out_of_sight")


def test_lesser_role_gives_work_back(held: Conversation, admin: User) -> None:
    boss = make_user("admin")
    limit(boss, make_account())
    assignment.assign(held, boss, by=None)
    boss.role = User.Role.AGENT
    members.change(boss, by=admin)
    assert was_given_back(held, admin, "out_of_sight")


def test_leaving_gives_work_back(held: Conversation, agent: User, admin: User) -> None:
    assert members.deactivate(agent, by=admin) == 1
    assert was_given_back(held, admin, "deactivated")


def test_removed_account_gives_work_back(held: Conversation, account: Account, admin: User) -> None:
    connecting.remove(account, by=admin)
    assert was_given_back(held, admin, "account_removed")


@pytest.mark.parametrize("gone", ["limited", "deactivated"])
def test_customer_writing_again_finds_nobody_absent(account: Account, agent: User, admin: User, gone: str) -> None:
    receive(account, [incoming("Hallo", author=author("Iris"), sent_at=minutes_ago(60))])
    conversation = Conversation.objects.get(account=account)
    assignment.assign(conversation, agent, by=None)
    assignment.close(conversation, agent)
    if gone == "limited":
        agent.all_accounts = False
        members.change(agent, by=admin, accounts=[make_account()])
    else:
        members.deactivate(agent, by=admin)
    conversation.refresh_from_db()
    assert conversation.assignee_id == agent.pk  # a closed case keeps who had it

    receive(account, [incoming("Nog iets", author=author("Iris"), sent_at=timezone.now())])
    assert was_given_back(conversation, None, "out_of_sight")


def test_reopening_finds_nobody_absent(held: Conversation, agent: User, admin: User) -> None:
    assignment.close(held, agent)
    members.deactivate(agent, by=admin)
    assignment.reopen(held, by=admin)
    assert held.assignee_id is None
    assert was_given_back(held, admin, "out_of_sight")


def test_who_sees_the_account_keeps_their_work(held: Conversation, account: Account, agent: User) -> None:
    limit(agent, account)
    receive(account, [incoming("Nog iets", author=author("Iemand anders"))])
    held.refresh_from_db()
    assert held.assignee_id == agent.pk


def test_who_leaves_a_team_gives_its_work_back(held: Conversation, agent: User, admin: User) -> None:
    team = Team.objects.create(name="Nacht")
    labels.set_members(team, [agent, admin], admin)
    labels.give_to_team(held, team, admin)
    labels.set_members(team, [admin], admin)
    assert was_given_back(held, admin, "left_team")
    assert held.team_id == team.pk


def test_other_team_is_logged_as_giving_back(held: Conversation, admin: User) -> None:
    labels.give_to_team(held, Team.objects.create(name="Nacht"), admin)
    assert was_given_back(held, admin, "other_team")


def test_archived_team_lets_its_work_go(held: Conversation, admin: User) -> None:
    team = Team.objects.create(name="Nacht")
    labels.give_to_team(held, team, admin)
    labels.archive(team, admin)
    held.refresh_from_db()
    assert held.team_id is None
    assert Event.objects.filter(conversation=held, verb="taken_from_team", data__why="team_archived").exists()


def test_what_is_given_back_asks_nobody_any_more(held: Conversation, agent: User, admin: User) -> None:
    assignment.assign(held, None, by=admin)
    assignment.assign(held, agent, by=admin, handover="Bel haar terug")
    members.deactivate(agent, by=admin)
    held.refresh_from_db()
    assert held.handover_note == ""
    assert not Notification.objects.filter(user=agent, kind="assigned", read_at=None).exists()
