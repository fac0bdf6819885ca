"""The assistant in a real browser: a translation below its message, by keyboard, and the page of its settings."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Route, expect
from pytest_django import Settings

from assist.server import servers
from assist.server.models import Help, Server
from assist.summing.summing import LONG
from channels.models import Account
from inbox.models import Message
from sandbox.testing import Running
from tests import factories
from tests.browser.conftest import Open, picture
from tests.support.barriers import barriers_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def helper(sandbox: Running, settings: Settings, transactional_db: None) -> Iterator[Server]:
    """The sandbox's model, that helps with everything."""
    cache.clear()
    settings.MEDIA_SANDBOX = sandbox.url
    admin = factories.make_user("admin", first_name="Mila", language="nl")
    yield servers.save(admin, address=f"{sandbox.url}/assist/v1", model="sandbox-1", key=None, helps=Help.values)
    cache.clear()


def test_translation_comes_below_the_message_by_keyboard(visit: Open, helper: Server, account: Account) -> None:
    message = factories.make_inbound(account, "Hallo, waar blijft mijn kast?", author=factories.author("Karel Appel"))
    Message.objects.filter(pk=message.pk).update(language="nl")
    assert message.conversation is not None
    page = visit(message.conversation.get_absolute_url())
    below = page.locator(".translation")
    below.get_by_role("button", name="Translate").press("Enter")
    expect(below).to_contain_text("Hello, where stays my wardrobe?")
    expect(below).to_contain_text("Translated by a machine")
    expect(below.locator(".translation-text")).to_be_focused()
    picture(page, "assist-translation")
    assert barriers_at(page, 1440, 360) == []
    # News puts the message in anew.
    Message.objects.filter(pk=message.pk).update(edited_at=message.sent_at)
    page.evaluate("htmx.trigger('#thread-live', 'refresh')")
    expect(page.locator(".edited")).to_have_count(1)
    expect(below.locator(".translation-text")).to_be_focused()
    page = visit("/assist/", person=helper.made_by)
    picture(page, "assist-settings")
    assert barriers_at(page, 1440, 360) == []


def test_news_leaves_who_is_about_to_press_where_they_are(visit: Open, helper: Server, account: Account) -> None:
    message = factories.make_inbound(account, "Hallo, waar blijft mijn kast?", author=factories.author("Karel Appel"))
    Message.objects.filter(pk=message.pk).update(language="nl")
    assert message.conversation is not None
    page = visit(message.conversation.get_absolute_url())
    button = page.locator(".translation").get_by_role("button", name="Translate")
    button.focus()
    button.evaluate("(button) => { button.isTheSame = true; }")
    with page.expect_response(lambda answer: "/thread/" in answer.url):
        page.evaluate("htmx.trigger('#thread-live', 'refresh')")
    assert button.evaluate("(button) => button.isTheSame && document.activeElement === button")
    # Where the message itself is another, it is put in anew, and the focus goes along.
    Message.objects.filter(pk=message.pk).update(edited_at=message.sent_at)
    page.evaluate("htmx.trigger('#thread-live', 'refresh')")
    expect(page.locator(".edited")).to_have_count(1)
    assert button.evaluate("(button) => !button.isTheSame && document.activeElement === button")
    page.keyboard.press("Enter")
    expect(page.locator(".translation")).to_contain_text("Hello, where stays my wardrobe?")


def test_older_news_does_not_take_a_translation_away(visit: Open, helper: Server, account: Account) -> None:
    message = factories.make_inbound(account, "Hallo, waar blijft mijn kast?", author=factories.author("Karel Appel"))
    Message.objects.filter(pk=message.pk).update(language="nl")
    assert message.conversation is not None
    page = visit(message.conversation.get_absolute_url())
    address = page.locator("#thread-live").get_attribute("hx-get")
    older = page.request.get(f"{page.url.partition('/inbox/')[0]}{address}").text()
    held: list[Route] = []
    page.route("**/thread/*", lambda route: held.append(route), times=1)  # asked for now, answered below
    with page.expect_request(lambda request: "/thread/" in request.url):
        page.evaluate("htmx.trigger('#thread-live', 'refresh')")
    below = page.locator(".translation")
    below.get_by_role("button", name="Translate").press("Enter")
    expect(below).to_contain_text("Hello, where stays my wardrobe?")
    with page.expect_response(lambda answer: "/thread/" in answer.url and answer.request != held[0].request):
        held[0].fulfill(body=older, content_type="text/html")
    expect(below).to_contain_text("Hello, where stays my wardrobe?")


def test_draft_is_taken_over_by_keyboard_and_marked(visit: Open, helper: Server, account: Account) -> None:
    message = factories.make_inbound(account, "Hallo, waar blijft mijn kast?", author=factories.author("Karel Appel"))
    assert message.conversation is not None
    page = visit(message.conversation.get_absolute_url())
    page.locator("#reply").fill("Dag Karel,")
    page.get_by_role("button", name="Draft", exact=True).press("Enter")
    offer = page.locator("#help-offer")
    expect(offer).to_contain_text("we zoeken het uit.")
    expect(page.locator("#reply")).to_have_value("Dag Karel,")
    picture(page, "assist-draft")
    assert barriers_at(page, 1440) == []
    expect(offer.get_by_role("button", name="Put it in my answer")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#composer")).to_contain_text("Draft of the assistant: read it through.")
    expect(page.locator("#reply")).to_have_value(re.compile("Dag Karel,\\n\\nHallo.* we zoeken het uit."))
    picture(page, "assist-taken")
    assert barriers_at(page, 360) == []


def test_summary_fills_the_handover_note_in_the_menu(visit: Open, helper: Server, account: Account) -> None:
    case = factories.make_conversation(account, messages=LONG, author=factories.author("Karel Appel"))
    page = visit(case.get_absolute_url())
    page.locator('summary[aria-label="Assign"]').press("Enter")
    note = page.locator("#handover-note")
    note.get_by_role("button", name="Sum it up").press("Enter")
    expect(note.get_by_role("textbox")).to_have_value(re.compile("Bericht 1"))
    expect(note).to_contain_text("Made by the assistant")
    picture(page, "assist-summary")
    assert barriers_at(page, 1440) == []
