"""The end of a shift: what one still holds is given on with one note, or goes back by itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels.models import Account
from inbox.models import Conversation, Event, Message, Presence, Team, UndoableAct, User
from inbox.routing import presence
from inbox.triage import assignment, labels, shift_end
from tests import factories
from tests.support.pages import HTMX, page_of, signed_in

HANDOVER = "/inbox/handover/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def held(account: Account, agent: User) -> list[Conversation]:
    """Three that the agent has, the first one due first."""
    rows = []
    for n in range(3):
        who = factories.author(f"Klant {n}")
        message = factories.make_inbound(account, author=who, sent_at=factories.minutes_ago(50 - 10 * n))
        assert message.conversation is not None
        assignment.assign(message.conversation, agent, agent)
        rows.append(message.conversation)
    return rows


def holders(rows: list[Conversation]) -> list[User | None]:
    """Who has each now."""
    return [Conversation.objects.select_related("assignee").get(pk=row.pk).assignee for row in rows]


def test_picked_ones_go_on_with_a_note_and_undo_brings_them_back(
    page: Client, agent: User, lead: User, held: list[Conversation]
) -> None:
    html = page_of(page, HANDOVER)
    places = [html.index(f'value="{row.code}"') for row in held]
    assert places == sorted(places)
    assert len(re.findall(r"due (?:tomorrow )?\d\d:\d\d", html)) == 3
    first, second, third = held
    picks = [str(first.code), str(second.code)]
    page.post(HANDOVER, {"pick": picks, "to": f"person:{lead.code}", "note": "Bel ze morgen"})
    assert holders(held) == [lead, lead, agent]
    assert Message.objects.filter(direction="note", text="Bel ze morgen", author=agent).count() == 2
    assert "Bel ze morgen" in page_of(signed_in(lead), first.get_absolute_url())
    assert Event.objects.filter(verb="assigned", data__why="shift_ended").count() == 2
    page.post("/inbox/undo/", {"act": str(UndoableAct.objects.get(user=agent).code)})
    assert holders(held) == [agent] * 3
    assert not Message.objects.filter(direction="note").exists()


def test_queue_and_team_keep_the_note_for_whoever_comes_first(
    page: Client, lead: User, held: list[Conversation]
) -> None:
    team = Team.objects.create(name="Avond")
    page.post(HANDOVER, {"pick": [str(held[0].code)], "to": "", "note": "Wacht op de winkel"})
    page.post(HANDOVER, {"pick": [str(held[1].code)], "to": f"team:{team.code}", "note": "Spoed"})
    assert holders(held)[:2] == [None, None]
    assert Conversation.objects.get(pk=held[1].pk).team == team
    for row, words in zip(held, ("Wacht op de winkel", "Spoed"), strict=False):
        signed_in(lead).post(f"{row.get_absolute_url()}claim/")
        assert Conversation.objects.get(pk=row.pk).handover_note == words


def test_nothing_of_a_colleagues_is_handed_over(
    page: Client, agent: User, lead: User, held: list[Conversation]
) -> None:
    assignment.assign(held[0], lead, agent)
    html = page_of(page, HANDOVER, pick=str(held[0].code), to="")
    assert holders(held) == [lead, agent, agent]
    assert "1 stayed as it was." in html
    assert "Pick what you want to hand over first." in page_of(page, HANDOVER, to="")


def test_stopping_offers_to_hand_over_what_is_left(page: Client, agent: User, held: list[Conversation]) -> None:
    menu = page.post("/inbox/at-work/", {"state": "off"}, **HTMX).content.decode()
    assert "You still have 3 open conversations." in menu
    assert page.post("/inbox/at-work/", {"state": "off"})["Location"] == HANDOVER
    for row in held:
        assignment.assign(row, None, agent)
    assert "You still have" not in page.post("/inbox/at-work/", {"state": "off"}, **HTMX).content.decode()
    assert "Nothing waits for you" in page_of(page, HANDOVER)


def test_many_held_cost_no_more_statements(page: Client, account: Account, agent: User) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            page.get(HANDOVER)
        return len(asked)

    for _n in range(2):
        assignment.assign(factories.make_conversation(account), agent, agent)
    page.get(HANDOVER)
    few = statements()
    for _n in range(4):
        assignment.assign(factories.make_conversation(account), agent, agent)
    assert statements() == few


@pytest.mark.parametrize(
    ("state", "minutes", "wants", "goes"),
    [
        ("off", 9, Team.ShiftEnd.RETURN, False),
        ("off", 10, Team.ShiftEnd.RETURN, True),
        ("off", 600, Team.ShiftEnd.KEEP, False),
        ("away", 200, Team.ShiftEnd.RETURN, False),
        ("present", 721, Team.ShiftEnd.RETURN, True),  # seen by no page any more
    ],
)
def test_team_says_whether_work_goes_back_by_itself(
    agent: User, held: list[Conversation], state: str, minutes: int, wants: str, *, goes: bool
) -> None:
    team = Team.objects.create(name="Avond", shift_end=wants)
    team.members.add(agent)
    row, later = held[:2]
    for one in (row, later):
        labels.give_to_team(one, team, None)
    presence.choose(agent, Presence.State(state))
    now = timezone.now()
    assignment.assign(later, None, agent)
    assert shift_end.return_left_behind(now + timedelta(minutes=minutes)) == int(goes)
    assert holders([row]) == [None if goes else agent]
    # What they are given after they left is meant for them.
    assignment.assign(later, agent, None)
    assert shift_end.return_left_behind(now + timedelta(minutes=minutes, seconds=1)) == 0
    assert Event.objects.filter(verb="unassigned", data__why="shift_ended").count() == int(goes)
