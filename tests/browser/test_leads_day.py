"""A lead's day at the live page: work is given by key and by drag, numbers follow what comes in, and undo works."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from channels.models import Account
from inbox.models import Conversation, Presence, Team, User
from inbox.routing import presence
from inbox.triage import labels
from tests.browser.conftest import Open, picture
from tests.factories import author, make_inbound, make_user, minutes_ago

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def teams(account: Account) -> list[Team]:
    """Two teams, each with a colleague who is here and two customers who wait."""
    found = []
    for n, name in enumerate(("Wonen", "Reizen")):
        team = Team.objects.create(name=name)
        mate = make_user(first_name=("Nadia", "Dennis")[n], last_name="Aerts")
        team.members.add(mate)
        presence.choose(mate, Presence.State.PRESENT)
        for number in range(2):
            who = author(f"{name} {number}")
            row = make_inbound(account, author=who, sent_at=minutes_ago(40 - 10 * n - number)).conversation
            assert row is not None
            labels.give_to_team(row, team, None)
        found.append(team)
    return found


def test_a_lead_divides_the_work_of_two_teams(visit: Open, account: Account, teams: list[Team]) -> None:
    lead = make_user("lead", first_name="Sanne", last_name="Kuipers", language="en")
    page = visit("/lead/", person=lead)
    waiting, first = page.locator("#work-h .count"), Conversation.objects.earliest("waiting_since")
    expect(waiting).to_contain_text("4")
    expect(page.locator("#live .live-word")).to_have_text("Live")

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator(f"#row-{first.code} .row-pick input")).to_be_checked()
    nadia, dennis = User.objects.get(first_name="Nadia"), User.objects.get(first_name="Dennis")
    page.keyboard.press(page.locator(f'.give[value="{nadia.code}"]').get_attribute("data-key") or "")
    expect(page.locator(f"#row-{first.code}:not(.has-left)")).to_have_count(0)
    assert Conversation.objects.get(pk=first.pk).assignee == nadia

    # What comes in is counted while one looks, and stands in the list.
    new = make_inbound(account, "Is er nog een stoel vrij?", author=author("Nieuwe klant")).conversation
    assert new is not None
    expect(waiting).to_contain_text("5")
    row = page.locator(f"#row-{new.code}")
    expect(row).to_be_visible()
    picture(page, "lead-day")

    row.drag_to(page.locator(f'.mate[data-person="{dennis.code}"]'))
    expect(page.locator(f"#row-{new.code}:not(.has-left)")).to_have_count(0)
    assert Conversation.objects.get(pk=new.pk).assignee == dennis
    expect(page.locator("#undo .undo")).to_contain_text("Dennis")
    page.keyboard.press("Control+z")
    expect(page.locator(f"#row-{new.code}:not(.has-left)")).to_be_visible()
    assert Conversation.objects.get(pk=new.pk).assignee is None

    page.keyboard.press("g")
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="Hand over")).to_be_visible()
