"""Filters in force are named on the list, counted, and taken away one by one."""

from __future__ import annotations

import pytest
from django.test import Client

from channels.models import Account
from inbox.models import Label, Team, User
from inbox.triage import assignment, labels
from tests.factories import make_account, make_conversation
from tests.inbox.views.conftest import signed_in

pytestmark = pytest.mark.django_db


def chips(page: Client, query: str) -> str:
    html = page.get(f"/inbox/?{query}").content.decode()
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
        assert f'<span dir="auto">{title}</span>\n    <data value="{count}">' in shown
    assert "<em>1</em>" in html
    assert ">of 4</span>" in html


def test_a_chip_leads_to_the_list_without_it(page: Client, team: Team) -> None:
    shown = chips(page, f"queue=unassigned&team={team.code}&channel=x")
    assert f'href="/inbox/?queue=unassigned&amp;team={team.code}"' in shown
    assert 'href="/inbox/?queue=unassigned&amp;channel=x"' in shown
    assert 'aria-label="Take away the filter Nacht"' in shown


def test_an_account_is_a_chip_too(page: Client, account: Account, team: Team) -> None:
    assert '@VeldhuisNL</span>\n    <data value="3">' in chips(page, f"account={account.code}")


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
