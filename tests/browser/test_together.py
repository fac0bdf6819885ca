"""Two colleagues at two browsers: they see each other come, type and leave, and what is asked of them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from channels.models import Account
from inbox.contacts import description
from inbox.models import Contact, ContactNote, User
from inbox.notifications import notices
from inbox.triage import assignment, closing
from tests import factories
from tests.browser.conftest import Open
from tests.support.barriers import barriers_in_both_themes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lead(transactional_db: None) -> User:
    """The agent's lead."""
    return factories.make_user("lead", first_name="Sanne", last_name="Kuipers", language="en")


def test_g3_colleagues_see_each_other_come_type_and_leave(visit: Open, account: Account, lead: User) -> None:
    conversation = factories.make_conversation(account)
    mine = visit(conversation.get_absolute_url())
    row = visit("/inbox/", person=factories.make_user(first_name="Olaf")).locator(f"#row-{conversation.code}")
    expect(mine.locator("#live .live-word")).to_have_text("Live")
    lead_page = visit(conversation.get_absolute_url(), person=lead)
    expect(mine.locator("#looking")).to_contain_text("Sanne Kuipers is looking")
    lead_page.fill("#reply", "Ik pak dit op")
    expect(mine.locator("#looking")).to_contain_text("Sanne Kuipers is typing")
    expect(row.locator(".row-looking")).to_contain_text("SK")
    lead_page.goto("about:blank")
    expect(mine.locator("#looking")).not_to_contain_text("Sanne")


_NEWS_DURING_NEWS = """() => {
  const live = document.getElementById("thread-live");
  live.addEventListener("htmx:afterRequest", () => {
    document.body.dataset.answered = Number(document.body.dataset.answered ?? 0) + 1;
    if (document.body.dataset.answered === "1") setTimeout(() => htmx.trigger(live, "refresh"));
  });
  htmx.trigger(live, "refresh");
  htmx.trigger(live, "refresh");
}"""


def test_news_during_news_is_asked_for_too(visit: Open, account: Account) -> None:
    page = visit(factories.make_conversation(account).get_absolute_url())
    expect(page.locator("#live .live-word")).to_have_text("Live")
    slow = {"offline": False, "latency": 200, "downloadThroughput": -1, "uploadThroughput": -1}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    page.evaluate(_NEWS_DURING_NEWS)  # the third comes while the second is asked and the first is put in
    expect(page.locator("body")).to_have_attribute("data-answered", re.compile("[3-9]"))


@pytest.mark.long
def test_a_note_that_names_me_is_told_on_the_page_at_once(visit: Open, account: Account, lead: User) -> None:
    conversation = factories.make_conversation(account)
    page = visit("/inbox/?queue=unassigned", person=lead, width=360)
    expect(page.locator("#live .live-word")).to_have_text("Live")
    count = page.locator(".tabbar a", has_text="More").locator("data")
    expect(count).to_be_hidden()
    assignment.write_note(conversation, factories.make_user(first_name="Joost", language="en"), "@Sanne kijk jij?")
    expect(page.locator("#toasts")).to_contain_text("Joost asks for you")
    expect(page.locator("#alerts data")).to_have_text(re.compile("1"))
    expect(count).to_be_visible()
    expect(count).to_have_text("1 notifications")


@pytest.mark.long
def test_b9_panel_keeps_notes_mood_and_kind_on_the_page(visit: Open, account: Account) -> None:
    message = factories.make_inbound(account, "Mijn kast is kapot, waardeloos!")
    assert message.conversation is not None
    page = visit(message.conversation.get_absolute_url())
    page.fill("#reply", "Half geschreven")
    page.fill("#contact-note", "Werkt in de zorg")
    page.click(".note-add button")
    expect(page.locator(".contact-notes")).to_contain_text("Werkt in de zorg")
    page.click('.mood-now [value="neutral"]')
    expect(page.locator("#contact-body")).to_contain_text("Set by Farah.")
    page.select_option('[name="kind"]', "critic")
    page.select_option('[name="address"]', "u")
    expect(page.locator("#known")).to_contain_text("Wants to be addressed as “u”.")
    expect(page.locator('[name="address"]')).to_have_value("u")
    expect(page.locator("#reply")).to_have_value("Half geschreven")
    page.wait_for_load_state("networkidle")
    contact = Contact.objects.get()
    assert (contact.kind, contact.address) == ("critic", "u")
    assert ContactNote.objects.get().text == "Werkt in de zorg"


@pytest.mark.long
@pytest.mark.thorough
def test_what_is_known_and_asked_has_no_barriers(visit: Open, account: Account, agent: User, lead: User) -> None:
    message = factories.make_inbound(account, "Alweer kapot, waardeloos!! Ik wil mijn geld terug.")
    conversation = message.conversation
    assert conversation is not None
    description.write_note(conversation, lead, "Werkt in de zorg")
    description.describe(conversation, lead, kind="critic", address="u")
    assignment.write_note(conversation, lead, "@Farah kijk jij?")
    assignment.assign(conversation, agent, by=lead, handover="Bel vandaag nog")
    closing.cross_line(conversation, lead, "insult")
    notices.post(lead, kind="disruption", text="De betaalpagina ligt eruit.", until=timezone.now() + timedelta(hours=1))
    link = f"/inbox/{conversation.code}/contact/link/?q=karin"
    for path in (conversation.get_absolute_url(), "/inbox/notifications/", "/inbox/notices/", link, "/preferences/"):
        assert barriers_in_both_themes(visit(path, person=lead if "notices" in path else agent)) == [], path
    for width in (360, 768):
        page = visit(conversation.get_absolute_url(), width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
