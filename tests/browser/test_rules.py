"""Rules in a real browser: readable at every width, made by keyboard, and what can be chosen follows at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from inbox.models import Rule, Team, User
from tests.browser.conftest import Open, picture
from tests.factories import make_account, make_inbound, make_user
from tests.support.barriers import barriers_at, resize
from tests.support.rules import condition, does, group, make_rule

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAME = "Pers en grote volgers naar Woordvoering, ook als ze alleen maar iets vragen"


@pytest.fixture
def lead(transactional_db: None) -> User:
    """A team lead, a rule that is on, one that is off, and messages that the first would touch."""
    team = Team.objects.create(name="Woordvoering")
    account = make_account("x")
    make_rule(
        does("team", team.pk), does("priority", "high"), does("notify", "leads"), name=NAME, stops=True,
        asks=[
            condition("visibility", "is", "public"),
            group("any", condition("contact", "is", "press"), condition("words", "any", "redactie, deadline, Kamer*")),
        ],
    )  # fmt: skip
    make_rule(does("release"), name="Terug in de rij", is_on=False)
    make_inbound(account, "Wij zijn van de redactie en hebben een deadline. Wie kan ons helpen?")
    return make_user("lead", first_name="Mila", last_name="de Boer", language="nl")


@pytest.mark.long
def test_rules_are_read_made_and_tried_by_everybody(visit: Open, site: str, lead: User) -> None:
    page = visit("/rules/", person=lead)
    assert barriers_at(page, 1440, 768, 360) == []
    picture(page, "rules-list")
    resize(page, 1440)
    page.get_by_role("link", name=NAME).press("Alt+ArrowDown")
    expect(page.locator("#rules > .rule").last).to_contain_text(NAME)
    expect(page.get_by_role("link", name=NAME)).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="2")).to_contain_text("plaats 2 van 2")
    number = page.locator("#rules > .rule").last.locator(".rule-no")
    number.drag_to(page.locator("#rules > .rule").first, target_position={"x": 40, "y": 4})
    expect(page.locator("#rules > .rule").first).to_contain_text(NAME)
    page.goto(f"{site}/rules/{Rule.objects.get(name=NAME).code}/")
    page.get_by_role("button", name="Proef", exact=True).click()
    expect(page.get_by_role("heading", name="Proef: 1 gesprek")).to_be_visible()
    picture(page, "rules-one")
    assert barriers_at(page, 1440, 768, 360) == []
    picture(page, "rules-one-narrow")
    resize(page, 1440)
    page.goto(f"{site}/rules/add/")
    page.get_by_role("button", name="Actie", exact=True).press("Enter")
    page.locator("#a-1-does").select_option("priority")
    expect(page.locator("[name=a-1-value]")).to_contain_text("hoog")
