"""A lead gives work from the live page: picked or the oldest, never what somebody took meanwhile; undo works."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.models import Account
from inbox.models import Conversation, Event, Presence, Team, UndoableAct, User
from tests import factories
from tests.support.pages import HTMX, page_of, signed_in

GIVE = "/lead/give/"


@pytest.fixture
def rows(account: Account) -> list[Conversation]:
    """Five who wait, the longest first."""
    waiting = [factories.make_inbound(account, author=factories.author(f"K{n}"), sent_at=factories.minutes_ago(50 - n))
               for n in range(5)]  # fmt: skip
    return [message.conversation for message in waiting if message.conversation]


@pytest.fixture
def desk(lead: User) -> Client:
    """The lead's browser."""
    return signed_in(lead)


def holders(rows: list[Conversation]) -> list[int | None]:
    """Whom each is with now."""
    found = dict(Conversation.objects.values_list("pk", "assignee"))
    return [found[row.pk] for row in rows]


def test_picked_cases_are_given_and_undo_takes_them_back(
    desk: Client, lead: User, agent: User, rows: list[Conversation]
) -> None:
    answer = desk.post(GIVE, {"user": str(agent.code), "do": "picked", "pick": [str(row.code) for row in rows[1:3]]})
    assert answer["Location"] == "/lead/#list"
    assert holders(rows) == [None, agent.pk, agent.pk, None, None]
    assert Event.objects.filter(verb="assigned", actor=lead, data__to=agent.pk).count() == 2
    html = page_of(desk, "/lead/")
    assert "to Farah" in html and "data-undo" in html
    desk.post("/inbox/undo/", {"act": str(UndoableAct.objects.get().code)})
    assert holders(rows) == [None] * 5


def test_oldest_are_given_by_number_or_by_a_colleagues_button(
    desk: Client, agent: User, rows: list[Conversation]
) -> None:
    desk.post(GIVE, {"user": str(agent.code), "do": "oldest", "n": "2"})
    assert holders(rows) == [agent.pk, agent.pk, None, None, None]
    html = desk.post(GIVE, {"person": str(agent.code), "user": "room"}, **HTMX).content.decode()
    assert holders(rows) == [agent.pk] * 3 + [None] * 2
    assert [f'id="row-{row.code}"' in html for row in rows] == [False] * 3 + [True] * 2


def test_what_somebody_took_meanwhile_stays_with_them(
    desk: Client, agent: User, lead: User, rows: list[Conversation]
) -> None:
    Conversation.objects.filter(pk=rows[0].pk).update(assignee=lead)
    page = desk.post(GIVE, {"person": str(agent.code), "pick": [str(rows[0].code), str(rows[1].code)]}, follow=True)
    assert holders(rows)[:2] == [lead.pk, agent.pk] and "1 stayed as it was." in page.content.decode()
    desk.post(GIVE, {"user": "", "do": "picked", "pick": [f"{rows[0].code}/{lead.code}"]})
    assert holders(rows)[0] is None


def test_whoever_is_present_and_has_most_room_gets_it(desk: Client, agent: User, rows: list[Conversation]) -> None:
    other, gone = factories.make_user(first_name="Dennis"), factories.make_user(first_name="Koen")
    User.objects.filter(pk=agent.pk).update(capacity=3)
    User.objects.filter(pk=other.pk).update(capacity=1)
    for person, chosen in ((agent, "present"), (other, "present"), (gone, "off")):
        Presence.objects.create(user=person, chosen=chosen)
    User.objects.filter(role="lead").update(capacity=0)
    desk.post(GIVE, {"user": "room", "do": "oldest", "n": "10"})
    given = holders(rows)
    assert (given.count(agent.pk), given.count(other.pk), given.count(None)) == (3, 1, 1)
    assert given[4] is None


def test_more_people_on_the_page_cost_no_more_statements(desk: Client, rows: list[Conversation]) -> None:
    team = Team.objects.create(name="Bezorging")

    def cost() -> int:
        desk.get("/lead/")
        with CaptureQueriesContext(connection) as asked:
            html = page_of(desk, "/lead/")
        assert "Bezorging" in html and "Who is here" in html
        return len(asked)

    def join(name: str) -> None:
        person = factories.make_user(first_name=name)
        Presence.objects.create(user=person)
        team.members.add(person)

    join("Nadia")
    few = cost()
    for n in range(12):
        join(f"Persoon{n}")
    assert cost() == few
    assert "13 of 13" in page_of(desk, "/lead/")
