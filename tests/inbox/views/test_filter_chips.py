"""Filters in force are named on the list, counted, and taken away one by one."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.models import Account
from inbox.lists.queues import Scope
from inbox.models import Conversation, Label, SavedView, Team, User
from inbox.triage import assignment, labels
from tests.factories import make_account, make_conversation
from tests.support.html import text_of, tight
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db


def chips(page: Client, query: str) -> str:
    html = tight(page.get(f"/inbox/?{query}").content.decode())
    return html.partition('class="in-force"')[2].partition("</ul>")[0]


@pytest.fixture
def team(account: Account, agent: User) -> Team:
    """A team with two of the four conversations; one of them is taken."""
    team = Team.objects.create(name="Nacht")
    team.members.add(agent)
    rows = [make_conversation(account) for _n in range(3)] + [make_conversation(make_account("facebook"))]
    for row in rows[:2]:
        labels.give_to_team(row, team, None)
    assignment.assign(rows[0], agent, by=None)
    return team


def test_each_filter_is_a_chip_with_its_count(page: Client, team: Team) -> None:
    html = page.get(f"/inbox/?team={team.code}&who=nobody&channel=x").content.decode()
    shown = chips(page, f"team={team.code}&who=nobody&channel=x")
    for title, count in (("Nacht", 2), ("Unassigned", 3), ("X", 3)):
        assert f'<span dir="auto">{title}</span><data value="{count}">' in shown
    assert "<em>1</em>" in html
    assert ">of 4</span>" in html


def rows(page: Client, query: str) -> int:
    return tight(page.get(f"/inbox/?{query}").content.decode()).count('class="row ')


def test_several_ticks_of_a_filter_widen_it(page: Client, team: Team, agent: User) -> None:
    assert rows(page, "channel=x") == 3
    assert rows(page, "channel=x&channel=facebook") == 4
    assert rows(page, "who=me") == 1
    assert rows(page, "who=nobody&who=me") == 4
    assert rows(page, f"who=nobody&who={agent.code}") == 4
    assert rows(page, f"team={team.code}") == 2
    assert rows(page, f"team=none&team={team.code}") == 4
    assert rows(page, "team=mine") == 2
    assert rows(page, "side=public&side=private") == 4


def test_several_labels_widen_the_list(page: Client, team: Team) -> None:
    made = [Label.objects.create(name=name) for name in ("Bezorging", "Schade")]
    found = list(Conversation.objects.order_by("pk"))
    for label, row in zip(made, found[:2], strict=True):
        labels.add_label(row, label, None)
    assert rows(page, f"label={made[0].code}") == 1
    assert rows(page, f"label={made[0].code}&label={made[1].code}") == 2
    assert rows(page, "label=none") == 2
    assert rows(page, f"label=none&label={made[0].code}") == 3


def test_several_accounts_widen_the_list(page: Client, team: Team, account: Account) -> None:
    other = Account.objects.exclude(pk=account.pk).get()
    assert rows(page, f"account={account.code}") == 3
    assert rows(page, f"account={account.code}&account={other.code}") == 4
    assert rows(page, f"account={account.code},{other.code}") == 4


def test_several_ticks_of_a_filter_are_one_chip(page: Client, team: Team, account: Account) -> None:
    shown = chips(page, "channel=x&channel=facebook&who=me&who=nobody")
    assert shown.count("in-force-chip") == 2
    assert '<span dir="auto">Facebook or X</span><data value="4">' in shown
    assert '<span dir="auto">Mine or Unassigned</span><data value="4">' in shown
    other = Account.objects.exclude(pk=account.pk).get()
    both = chips(page, f"account={account.code}&account={other.code}")
    assert account.at_handle in both
    assert other.at_handle in both


def test_the_filter_ticks_what_is_in_force(page: Client, team: Team) -> None:
    html = page.get(f"/inbox/?channel=x,facebook&team={team.code}&waits=1h").content.decode()
    ticked = re.findall(r'name="(\w+)"\s+value="([^"]*)" checked', html.partition('id="filter"')[2])
    assert ticked == [("channel", "facebook"), ("channel", "x"), ("team", str(team.code)), ("waits", "1h")]


def test_ticks_say_how_much_fits_them(page: Client, team: Team) -> None:
    filters = text_of(page.get("/inbox/").content.decode().partition('id="filter"')[2])
    for words in ("Facebook 1", "X 3", "Unassigned 3", "Mine 1", "Nacht 2"):
        assert words in filters


def test_a_filter_costs_no_statement_more(page: Client, team: Team) -> None:
    page.get("/inbox/")
    with CaptureQueriesContext(connection) as before:
        page.get("/inbox/")
    for number in range(5):
        Team.objects.create(name=f"Team {number}")
        Label.objects.create(name=f"Label {number}")
        make_account("whatsapp")
    page.get("/inbox/")
    with CaptureQueriesContext(connection) as after:
        page.get("/inbox/")
    assert len(after) <= len(before) + 1  # labels are counted once there are any


@pytest.mark.parametrize("query", ["who=,,,", "label=none,none", "channel=x,%00", "team=mine,nonsense", "waits=1h,4h"])
def test_odd_lists_of_values_are_taken_as_far_as_known(page: Client, team: Team, query: str) -> None:
    assert page.get(f"/inbox/?{query}").status_code == 200


def test_a_view_keeps_several_ticks(page: Client, team: Team) -> None:
    address = Scope.of(QueryDict("channel=x&channel=facebook&channel=x")).address
    page.post("/inbox/views/save/", {"name": "Samen", "query": address})
    view = SavedView.objects.get()
    assert Scope.of(QueryDict(view.query)).filters.channel == "facebook,x"
    assert rows(page, view.query) == 4


def test_a_chip_leads_to_the_list_without_it(page: Client, team: Team) -> None:
    shown = chips(page, f"queue=unassigned&team={team.code}&channel=x")
    assert f'href="/inbox/?queue=unassigned&amp;team={team.code}"' in shown
    assert 'href="/inbox/?queue=unassigned&amp;channel=x"' in shown
    assert 'aria-label="Take away the filter Nacht"' in shown


def test_an_account_is_a_chip_too(page: Client, account: Account, team: Team) -> None:
    assert '@VeldhuisNL</span><data value="3">' in chips(page, f"account={account.code}")


def test_every_kind_of_filter_is_named(page: Client, team: Team, agent: User) -> None:
    label = Label.objects.create(name="Bezorging")
    query = (
        f"who={agent.code}&team=mine&label={label.code}&mood=fine&language=nl&waits=4h&side=public"
        "&since=2026-11-02&complaint=1"
    )
    shown = chips(page, query)
    assert shown.count("in-force-chip") == 9
    for title in ("Farah Bensaïd", "My teams", "Bezorging", "Dutch", "Over four hours", "Public", "Active since"):
        assert title in shown


def test_what_is_gone_is_still_named(page: Client, team: Team) -> None:
    team.archived_at = team.members.get().date_joined
    team.save()
    assert "No longer there" in chips(page, f"team={team.code}")


def test_closed_ones_are_not_counted(page: Client, team: Team) -> None:
    assert "<data" not in chips(page, "queue=closed&channel=x")


def test_without_filters_nothing_is_shown(page: Client, team: Team) -> None:
    assert chips(page, "queue=unassigned&sort=newest") == ""


def test_counts_are_of_what_one_may_see(account: Account, team: Team, outsider: User) -> None:
    shown = chips(signed_in(outsider), f"team={team.code}")
    assert '<data value="0">' in shown
