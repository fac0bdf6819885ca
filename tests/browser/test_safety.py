"""What a page does when it was away too long, and when its account is gone."""

from __future__ import annotations

import threading

import pytest
from playwright.sync_api import Route, expect

from channels.accounts import connecting
from channels.models import Account
from inbox.live import announce
from tests import factories
from tests.browser.conftest import Open
from tests.support.barriers import barriers_in_both_themes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_long_absence_renews_the_list_and_keeps_the_draft(
    visit: Open, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announce, "MOST", 3)
    message = factories.make_inbound(account, "Waar blijft mijn kast?")
    assert message.conversation is not None
    page = visit(message.conversation.get_absolute_url())
    expect(page.locator("#live .live-word")).to_have_text("Live")
    page.fill("#reply", "Ik zoek het voor je uit")
    page.evaluate("document.getElementById('reply').setSelectionRange(3, 3)")
    # Away: the page's question waits, and what changes meanwhile is more than can be named.
    held: list[Route] = []
    came_back = threading.Event()
    page.route("**/inbox/updates/**", lambda route: route.continue_() if came_back.is_set() else held.append(route))
    factories.make_conversation(account)
    # A page asks one thing at a time: with one that waits, it knows of no other change that comes now.
    for _look in range(400):
        if held:
            break
        page.wait_for_timeout(50)
    assert held
    for _each in range(4):
        factories.make_conversation(account)
    factories.make_inbound(account, "Laat maar, hij is er al")
    came_back.set()
    for route in held:
        route.continue_()
    expect(page.locator("#row-list > .row")).to_have_count(6)
    expect(page.locator("#messages")).to_contain_text("Laat maar, hij is er al")
    expect(page.locator("#pill")).to_be_hidden()
    expect(page.locator("#reply")).to_have_value("Ik zoek het voor je uit")
    assert page.evaluate("document.getElementById('reply').selectionStart") == 3


def test_what_was_too_large_is_said_in_words(visit: Open) -> None:
    page = visit("/inbox/")
    # As htmx tells what a server refused, without the line that the browser writes itself.
    refused = "new CustomEvent('htmx:responseError', {detail: {xhr: {status: 413}}})"
    page.evaluate(f"document.dispatchEvent({refused})")
    expect(page.locator(".toast-error")).to_contain_text("Too large: files may be 100 MB together.")


@pytest.mark.long
def test_removed_account_is_readable_marked_and_accessible(visit: Open, account: Account) -> None:
    talk = factories.make_conversation(account, messages=3)
    factories.make_answer(talk, text="Wij kijken het na.")
    connecting.remove(account, by=factories.make_user("admin"))
    page = visit(f"{talk.get_absolute_url()}?queue=removed")
    expect(page.locator(".composer-shut")).to_contain_text("@VeldhuisNL was removed")
    expect(page.locator(f"#row-{talk.code} .mark")).to_have_text("Account removed")
    assert barriers_in_both_themes(page) == []
    for key in ("r", "n", "e", "a", "z", "l", "m", "x", "Control+k"):
        page.keyboard.press(key)
    expect(page.locator(".composer-shut")).to_be_visible()
    for width in (360, 768):
        page = visit(talk.get_absolute_url(), width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
