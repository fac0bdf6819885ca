"""Who is at work: chosen, seen, and counted with what they hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from inbox.models import Presence, Team, User
from inbox.routing import presence
from inbox.triage import assignment
from tests import factories
from tests.support.pages import HTMX, page_of, signed_in

pytestmark = pytest.mark.django_db
State = Presence.State


def _state(person: User) -> str:
    return presence.states_of([person.pk])[person.pk]


def test_signing_in_makes_present_and_out_off(client: Client) -> None:
    person = factories.make_user()
    assert _state(person) == State.OFF
    client.force_login(person)
    assert _state(person) == State.PRESENT
    client.post(reverse("account_logout"))
    assert _state(person) == State.OFF


def test_who_does_nothing_is_away_and_then_off(client: Client) -> None:
    person = factories.make_user()
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        client.force_login(person)
    for minutes, expected in ((9, State.PRESENT), (10, State.AWAY), (12 * 60 - 1, State.AWAY), (12 * 60, State.OFF)):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            assert (minutes, _state(person)) == (minutes, expected)
            assert User.objects.filter(presence.present_now()).exists() is (expected == State.PRESENT)


def test_an_act_in_a_page_makes_present_again(client: Client) -> None:
    person = factories.make_user()
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        client.force_login(person)
    with time_machine.travel(now + timedelta(minutes=30), tick=False):
        client.get(reverse("looking"))  # a page asks that by itself
        assert _state(person) == State.AWAY
        client.get(reverse("preferences"))
        assert _state(person) == State.PRESENT


@pytest.mark.parametrize("chosen", [State.AWAY, State.OFF])
def test_a_choice_outlives_what_one_does(client: Client, chosen: Presence.State) -> None:
    person = factories.make_user()
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        client.force_login(person)
        client.post(reverse("presence_choose"), {"state": chosen})
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        client.get(reverse("preferences"))
        assert _state(person) == chosen


def test_pages_write_that_one_was_seen_once_a_minute(client: Client) -> None:
    person = factories.make_user()
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        client.force_login(person)
        client.get(reverse("preferences"))
    written = []
    for seconds in (10, 59, 60, 61, 119, 120):
        with (
            time_machine.travel(now + timedelta(seconds=seconds), tick=False),
            CaptureQueriesContext(connection) as ran,
        ):
            client.get(reverse("preferences"))
        written.append(sum("inbox_presence" in query["sql"] and "INSERT" in query["sql"] for query in ran))
    assert written == [0, 0, 1, 0, 0, 1]


def test_another_process_writes_no_second_time() -> None:
    person = factories.make_user()
    now = timezone.now()
    assert presence.note_seen(person.pk, now)
    assert not presence.note_seen(person.pk, now + timedelta(seconds=59))
    assert presence.note_seen(person.pk, now + timedelta(seconds=60))


def test_the_menu_says_and_changes_ones_state(client: Client) -> None:
    person = factories.make_user(language="en")
    client.force_login(person)
    assert "Present</span>" in page_of(client, reverse("preferences"))
    answer = client.post(
        reverse("presence_choose"), {"state": "away"}, HTTP_REFERER="http://testserver/preferences/?a=1"
    )
    assert answer["Location"] == "/preferences/?a=1"
    assert "Away for a moment</span>" in page_of(client, reverse("preferences"))
    part = client.post(reverse("presence_choose"), {"state": "off"}, **HTMX)
    assert "Not at work</span>" in part.content.decode()
    assert client.post(reverse("presence_choose"), {"state": "asleep"}).status_code == 404


def test_a_foreign_referer_leads_to_the_inbox(client: Client) -> None:
    client.force_login(factories.make_user())
    answer = client.post(
        reverse("presence_choose"), {"state": "away"}, HTTP_REFERER="https://evil.example/preferences/"
    )
    assert answer["Location"] == reverse("inbox")


def test_workloads_cost_one_statement_for_many() -> None:
    people = [factories.make_user(capacity=2) for _ in range(5)]
    account, other, removed = (factories.make_account() for _ in range(3))
    for home in (account, account, other, removed):
        assignment.assign(factories.make_conversation(home), people[0], by=None)
    removed.removed_at = timezone.now()
    removed.save()
    with CaptureQueriesContext(connection) as ran:
        found = presence.workloads_of([person.pk for person in people])
    assert len(ran) == 1
    assert (found[people[0].pk].open, found[people[0].pk].room, found[people[0].pk].is_full) == (3, 0, True)
    assert (found[people[1].pk].open, found[people[1].pk].room) == (0, 2)
    assert presence.workloads_of([people[0].pk], accounts=[other.pk])[people[0].pk].open == 1


def test_a_deactivated_colleague_is_not_at_work(client: Client) -> None:
    person = factories.make_user()
    client.force_login(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert _state(person) == State.OFF
    assert presence.workloads_of([person.pk])[person.pk].state == State.OFF
    assert not User.objects.filter(presence.present_now()).exists()


def test_present_members_of_a_team_are_found() -> None:
    inside, outside, away = (factories.make_user() for _ in range(3))
    team = Team.objects.create(name="Service")
    team.members.set([inside, away])
    for person in (inside, outside):
        presence.choose(person, State.PRESENT)
    presence.choose(away, State.AWAY)
    assert list(presence.present_in(team)) == [inside]


def test_colleagues_are_chosen_by_who_is_at_work(client: Client) -> None:
    me = factories.make_user(language="en", first_name="Mila")
    off, present = factories.make_user(first_name="Anna"), factories.make_user(first_name="Zoë")
    presence.choose(present, State.PRESENT)
    conversation = factories.make_conversation()
    assignment.assign(conversation, present, by=None)
    client.force_login(me)
    menu = page_of(client, reverse("assign", args=[conversation.code]))
    assert menu.index(me.name) < menu.index(present.name) < menu.index(off.name)
    bulk = page_of(client, reverse("bulk_people"))
    assert bulk.index("1 open") < bulk.index(off.name)
    assert "Not at work" in bulk


def test_the_people_page_tells_who_is_at_work() -> None:
    lead = factories.make_user("lead", language="en")
    page = page_of(signed_in(lead), reverse("people"))
    assert page.count('<small class="at-work">') == 1
    assert "at most 20" in page


def test_an_admin_limits_what_one_is_given() -> None:
    person = factories.make_user()
    admin = signed_in(factories.make_user("admin"))
    data = {"first_name": "Farah", "email": person.email, "role": "agent", "language": "nl"}
    address = reverse("person", args=[person.code])
    admin.post(address, {**data, "capacity": "3"})
    person.refresh_from_db()
    assert person.capacity == 3
    admin.post(address, data)
    person.refresh_from_db()
    assert person.capacity == 3
    assert admin.post(address, {**data, "capacity": "501"}).status_code == 200
