"""Work that divides itself: to whom, in which order, how much, and when it goes back."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inbox.models import Contact, Conversation, Draft, Event, Notification, Presence, Team, User
from inbox.outbox import drafts
from inbox.routing import holders, presence
from inbox.triage import assignment, dividing, labels
from tests import factories
from tests.support.pages import page_of, signed_in
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db


def make_team(*members: User, dividing: str = "turns", **fields: Any) -> Team:
    team = Team.objects.create(name=f"Team {Team.objects.count()}", dividing=dividing, **fields)
    team.members.set(members)
    return team


def make_present(**fields: Any) -> User:
    person = factories.make_user(**fields)
    presence.choose(person, Presence.State.PRESENT)
    return person


def make_waiting(team: Team, count: int = 1, account: Any = None) -> list[Conversation]:
    account = account or factories.make_account()
    rows = [factories.make_conversation(account) for _ in range(count)]
    Conversation.objects.filter(pk__in=[row.pk for row in rows]).update(team=team)
    return rows


def held() -> Counter[int | None]:
    return Counter(Conversation.objects.values_list("assignee", flat=True))


def holder_of(row: Conversation) -> int | None:
    return Conversation.objects.get(pk=row.pk).assignee_id


def test_turns_go_round_and_on() -> None:
    people = [make_present() for _ in range(3)]
    team = make_team(*people)
    rows = make_waiting(team, 4)
    assert dividing.divide_waiting() == 4
    assert [holder_of(row) for row in rows] == [people[n].pk for n in (0, 1, 2, 0)]
    (later,) = make_waiting(team)
    dividing.divide_waiting()
    assert holder_of(later) == people[1].pk


def test_the_least_loaded_is_given_more() -> None:
    busy, free = make_present(), make_present()
    team = make_team(busy, free, dividing="least")
    for row in make_waiting(team, 2):
        assignment.assign(row, busy, by=None)
    make_waiting(team, 3)
    dividing.divide_waiting()
    assert held() == {busy.pk: 3, free.pk: 2}


def test_what_is_due_first_is_given_first() -> None:
    person = make_present(capacity=2)
    team = make_team(person)
    late, soon, later = make_waiting(team, 3)
    now = timezone.now()
    for row, minutes in ((late, 5), (soon, -5), (later, 60)):
        Conversation.objects.filter(pk=row.pk).update(due_at=now + timedelta(minutes=minutes))
    dividing.divide_waiting()
    assert [holder_of(row) for row in (soon, late, later)] == [person.pk, person.pk, None]


def test_nobody_is_given_more_than_fits() -> None:
    small, none = make_present(capacity=2), make_present(capacity=0)
    make_waiting(make_team(small, none), 5)
    assert dividing.divide_waiting() == 2
    assert held() == {small.pk: 2, None: 3}


@pytest.mark.parametrize("state", [Presence.State.AWAY, Presence.State.OFF])
def test_who_is_not_present_is_given_nothing(state: Presence.State) -> None:
    person = factories.make_user()
    make_waiting(make_team(person))
    presence.choose(person, state)
    assert dividing.divide_waiting() == 0
    with time_machine.travel(timezone.now() - timedelta(minutes=11), tick=False):
        presence.choose(person, Presence.State.PRESENT)
    assert dividing.divide_waiting() == 0


def test_outsiders_and_teams_that_are_off_get_nothing() -> None:
    make_present()
    make_waiting(make_team())
    make_waiting(make_team(make_present(), dividing="off"))
    assert dividing.divide_waiting() == 0


def test_nobody_is_given_what_they_may_not_see() -> None:
    limited, free = make_present(), make_present()
    factories.limit(limited, factories.make_account())
    make_waiting(make_team(limited, free), 3)
    dividing.divide_waiting()
    assert held() == {free.pk: 3}


def test_the_press_goes_to_who_may_answer_it() -> None:
    speaker, other = make_present(), make_present()
    make_team(speaker, dividing="off", handles_press=True)
    team = make_team(speaker, other)
    press, customer = make_waiting(team, 2)
    Contact.objects.filter(pk=press.contact_id).update(kind=Contact.Kind.PRESS)
    Presence.objects.filter(user=speaker).update(given_at=timezone.now())  # not their turn
    dividing.divide_waiting()
    assert (holder_of(press), holder_of(customer)) == (speaker.pk, other.pk)


def test_what_only_absent_people_may_have_stops_nothing() -> None:
    other = make_present(capacity=1)
    make_team(factories.make_user(), dividing="off", handles_press=True)
    team = make_team(other)
    press, customer = make_waiting(team, 2)
    Contact.objects.filter(pk=press.contact_id).update(kind=Contact.Kind.PRESS)
    assert dividing.divide_waiting() == 1
    assert (holder_of(press), holder_of(customer)) == (None, other.pk)


def test_the_reason_stands_in_the_log_without_an_actor() -> None:
    person = make_present()
    (row,) = make_waiting(make_team(person))
    dividing.divide_waiting()
    event = Event.objects.get(verb="assigned", conversation=row)
    assert (event.actor, event.data["to"], event.data["why"]) == (None, person.pk, "in_turn")
    assert Notification.objects.get(user=person).kind == Notification.Kind.ASSIGNED
    page = page_of(signed_in(factories.make_user(language="en")), row.get_absolute_url())
    assert "it was their turn" in page


def test_who_waits_no_more_is_given_to_nobody() -> None:
    (row,) = make_waiting(make_team(make_present()))
    factories.make_answer(row)
    assert dividing.divide_waiting() == 0


def test_a_text_being_written_is_left_with_its_writer() -> None:
    (row,) = make_waiting(make_team(make_present()))
    drafts.save_draft(row, factories.make_user(), tab="public", text="Ik kijk")
    assert dividing.divide_waiting() == 0
    Draft.objects.update(updated_at=timezone.now() - timedelta(minutes=11))
    assert dividing.divide_waiting() == 1


def test_who_put_it_back_does_not_get_it_again() -> None:
    first, second = make_present(), make_present()
    (row,) = make_waiting(make_team(first, second))
    dividing.divide_waiting()
    assignment.assign(row, None, by=first)
    dividing.divide_waiting()
    assert holder_of(row) == second.pk


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["turns", "least"])
def test_workers_at_once_keep_to_one_holder_and_capacity(way: str) -> None:
    people = [make_present(capacity=3) for _ in range(3)]
    # One of them is in both teams: room is a person's, not a team's.
    teams = [make_team(*people[:2], dividing=way), make_team(*people[1:], dividing=way)]
    for team in teams:
        make_waiting(team, 8)
    results = at_once(*[dividing.divide_waiting] * 4)
    assert [result for result in results if isinstance(result, Exception)] == []
    dividing.divide_waiting()
    expected: Counter[int | None] = Counter({None: 7})
    expected.update({person.pk: 3 for person in people})
    assert held() == expected
    given = Counter(Event.objects.filter(verb="assigned").values_list("conversation", flat=True))
    assert set(given.values()) == {1}
    assert len(given) == 9


def test_what_nobody_acts_on_goes_back_and_to_another() -> None:
    first, second = make_present(), make_present()
    (row,) = make_waiting(make_team(first, second, returns_after=10))
    dividing.divide_waiting()
    now = timezone.now()
    assert dividing.return_untouched(now + timedelta(minutes=9)) == 0
    assert dividing.return_untouched(now + timedelta(minutes=10)) == 1
    event = Event.objects.filter(verb="unassigned").get()
    assert (event.actor, event.data["was"], event.data["why"]) == (None, first.pk, "no_reaction")
    dividing.divide_waiting()
    assert holder_of(row) == second.pk


@pytest.mark.parametrize("stays", ["acted", "draft", "on its way", "by hand", "off", "answered"])
def test_what_is_being_worked_on_stays(stays: str) -> None:
    person = make_present()
    team = make_team(person, returns_after=None if stays == "off" else 10)
    (row,) = make_waiting(team)
    if stays == "by hand":
        assignment.assign(row, person, by=factories.make_user("lead"))
    dividing.divide_waiting()
    later = timezone.now() + timedelta(minutes=11)
    with time_machine.travel(later - timedelta(minutes=1), tick=False):
        if stays == "acted":
            labels.give_to_team(row, None, person)
            labels.give_to_team(row, team, person)
        if stays == "draft":
            drafts.save_draft(row, person, tab="public", text="Ik kijk")
    if stays == "on its way":
        factories.make_answer(row, person, state="queued", external_id=None, first_external_id="")
    if stays == "answered":
        factories.make_answer(row)
    with time_machine.travel(later, tick=False):
        assert dividing.return_untouched() == 0
    assert holder_of(row) == person.pk


def test_what_a_person_leaves_is_divided_again() -> None:
    leaver, colleague = make_present(), make_present()
    rows = make_waiting(make_team(leaver, colleague), 2)
    dividing.divide_waiting()
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    holders.give_back_of(leaver, None, "deactivated")
    dividing.divide_waiting()
    assert {holder_of(row) for row in rows} == {colleague.pk}


@pytest.mark.usefixtures("woken")
def test_arrival_and_return_wake_a_worker(woken: list[str], django_capture_on_commit_callbacks: Any) -> None:
    person = make_present()
    team = make_team(person)
    account = factories.make_account()
    (row,) = make_waiting(team, 1, account)
    with django_capture_on_commit_callbacks(execute=True):
        factories.make_inbound(account, author=factories.author(row.identity.name))
    assert "inbox.tasks.divide_work" in woken
    woken.clear()
    with django_capture_on_commit_callbacks(execute=True):
        labels.give_to_team(factories.make_conversation(), team, person)
    assert woken.count("inbox.tasks.divide_work") == 1


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the tasks that were sent."""
    names: list[str] = []
    monkeypatch.setattr("webcare.lib.enqueue._send", lambda task, *_more: names.append(task))
    return names


def test_leads_choose_how_a_team_divides(client: Client) -> None:
    team = make_team(dividing="off")
    client.force_login(factories.make_user("lead", language="en"))
    address = reverse("team_edit", args=[team.code])
    client.post(address, {"name": team.name, "dividing": "least", "returns_after": "15"})
    team.refresh_from_db()
    assert (team.dividing, team.returns_after) == ("least", 15)
    refused = client.post(address, {"name": team.name, "dividing": "least", "returns_after": "0"})
    assert refused.status_code == 200


def test_one_person_needs_no_team() -> None:
    only = make_present(role="admin")
    row = factories.make_conversation()
    assert dividing.divide_waiting() == 0
    assert assignment.assign(row, only, by=only)
    page = page_of(signed_in(only), "/inbox/?queue=mine")
    assert str(row.code) in page
