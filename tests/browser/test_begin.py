"""Begin, in a real browser: the case that comes first opens, and passing on it says why."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from channels.models import Account
from inbox.models import Conversation
from tests import factories
from tests.browser.boxes import box
from tests.browser.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 360])
def test_f5_o_asks_why_one_passes_on_it(visit: Open, account: Account, width: int) -> None:
    for name, minutes in (("Jan", 50), ("Els", 10)):
        factories.make_inbound(account, author=factories.author(name), sent_at=factories.minutes_ago(minutes))
    page = visit(width=width, height=740)
    page.keyboard.press("b")
    expect(page.locator("#begun")).to_contain_text("This one first")
    first = page.url
    # What was done last can be undone above it, and covers nothing.
    expect(page.locator(".slot > .undo")).to_be_visible()
    if width == 360:
        page.locator("#begun summary", has_text="Pass on it").click()
    else:
        page.keyboard.press("o")
    form = page.locator("#begun form.pass-on")
    send = form.get_by_role("button")
    expect(send).to_be_in_viewport()
    shown, menu = box(send), box(page.locator("#begun .menu-body"))
    assert shown["y"] + shown["height"] <= menu["y"] + menu["height"] + 1, "the menu holds all of it"
    assert menu["x"] >= 0, "and stands on the page"
    assert menu["x"] + menu["width"] <= width
    form.get_by_role("radio").first.check()
    send.click()
    expect(page).not_to_have_url(first)
    expect(page.locator("#begun")).to_be_visible()
    assert Conversation.objects.get(identity__name="Jan").assignee is None
