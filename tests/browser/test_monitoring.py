"""From a query to a post that is found, taken up, and closed as answered on its site; readable for everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from inbox.models import Conversation, User
from monitoring.feeds import fetching, reading
from monitoring.feeds.models import Feed
from monitoring.hits import looking_back
from monitoring.queries.models import Query
from tests.browser.conftest import Open, picture
from tests.factories import make_account, make_inbound, make_user
from tests.support.barriers import barriers_at

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lead(transactional_db: None) -> User:
    return make_user("lead", first_name="Sanne", last_name="Kuipers", language="en")


def test_a_refused_form_puts_one_at_what_is_wrong(visit: Open, lead: User) -> None:
    page = visit("/monitoring/link/", person=lead)
    page.locator("main [type=url], main [type=text]").first.focus()
    page.keyboard.type("no address")
    page.keyboard.press("Enter")
    wrong = page.locator("main [aria-invalid=true]")
    expect(wrong).to_be_focused()
    expect(wrong).to_have_value("no address")
    expect(wrong).to_have_accessible_description(re.compile("This is no address"))


@pytest.mark.long
def test_i2_from_a_query_to_a_post_answered_on_its_site(
    visit: Open, site: str, sandbox: Running, settings: Settings, lead: User
) -> None:
    settings.MEDIA_SANDBOX = sandbox.url
    make_account("x", handle="veldhuiswonen")
    page = visit("/monitoring/feeds/", person=lead)
    page.get_by_label("Address of the site").fill(f"{sandbox.url}/web/keukentafel/")
    page.get_by_label("What it is").select_option("forum")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#toasts")).to_contain_text("De Keukentafel is read along")
    assert barriers_at(page, 1440, 360) == []
    _fetch()
    page.goto(f"{site}/monitoring/queries/add/")
    page.get_by_label("name").fill("Merk")
    page.get_by_label("query").fill("veldhuis (garantie OR kapot")
    page.get_by_role("button", name="Try").click()
    expect(page.locator(".wrong")).to_contain_text("This bracket is not closed. At character 10")
    page.get_by_label("query").fill("veldhuis (garantie OR kapot)")
    page.get_by_role("button", name="Try").click()
    expect(page.locator("#tried")).to_contain_text("1 post of a feed fits")
    expect(page.locator("#tried")).to_be_in_viewport()
    assert barriers_at(page, 1440, 360) == []
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".monitors")).to_contain_text("Merk")
    assert barriers_at(page, 1440, 360) == []
    looking_back.look_back(Query.objects.get().pk)
    page.goto(f"{site}/monitoring/")
    post = page.locator(".post")
    expect(post).to_contain_text("Veldhuis reageert niet op garantie")
    assert barriers_at(page, 1440, 360) == []
    picture(page, "monitoring")
    post.get_by_role("button", name="Not about us").click()
    expect(post).to_contain_text("Not about us, Sanne Kuipers")
    post.get_by_role("button", name="Not done after all").click()
    post.get_by_role("button", name="Take up").click()
    expect(page.locator("#thread-live")).to_contain_text("Al drie weken wacht ik op antwoord")
    page.locator("#thread-head details.menu summary").last.click()
    page.locator(".option[name=reason][value=answered_on_site]").click()
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    conversation = Conversation.objects.get()
    assert (conversation.close_reason, conversation.assignee) == ("answered_on_site", lead)
    page.goto(f"{site}/monitoring/?which=all")
    expect(page.locator(".post")).to_contain_text("Answered on the site itself")
    page.goto(f"{site}/monitoring/volume/")
    expect(page.locator("figcaption").first).to_contain_text("Merk: 1 post")
    assert barriers_at(page, 1440, 360) == []


def test_the_reason_that_lacks_is_where_one_writes_on(visit: Open) -> None:
    account = make_account("x", mode="engage")
    found = make_inbound(account, "Wie kent Veldhuis?", kind="found").conversation
    assert found is not None
    Conversation.objects.filter(pk=found.pk).update(is_complaint=True)
    page = visit(found.get_absolute_url())
    page.locator("#reply").fill("Wij, Kees. Stel gerust je vraag.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#refused")).to_contain_text("Write why you answer")
    expect(page.locator("#proactive-why")).to_be_focused()
    page.locator("#scroll").focus()
    page.keyboard.press("e")
    expect(page.locator("dialog#why [name=reason]").first).to_be_focused()  # why it is closed without


def _fetch() -> None:
    for feed_id in Feed.objects.values_list("pk", flat=True):
        fetching.fetch(feed_id)
        reading.read(feed_id)
