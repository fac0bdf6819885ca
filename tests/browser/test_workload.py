"""The lead's live page in a real browser: what was given is counted at once, wherever one stands."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from channels.models import Account
from inbox.models import Presence, User
from inbox.routing import presence
from tests.browser.conftest import Open
from tests.factories import author, make_inbound, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_who_is_given_work_is_counted_at_once(visit: Open, account: Account, agent: User) -> None:
    presence.choose(agent, Presence.State.PRESENT)
    for name in ("Anna", "Bert", "Carla", "Dirk"):
        make_inbound(account, author=author(name))
    page = visit("/lead/", person=make_user("lead", language="en"))
    expect(page.locator("#live .live-word")).to_have_text("Live")
    mate, rows = page.locator(f'.mate[data-person="{agent.code}"]'), page.locator("#row-list .row:not(.has-left)")
    room, unassigned = page.locator("#people-part .head-sub"), page.locator("#case-kinds [aria-current] data")
    give = mate.locator(".give")
    whole = int((room.text_content() or "").split()[2])

    def expect_counted(held: int) -> None:
        expect(rows).to_have_count(4 - held)
        expect(mate.locator(".mate-load small")).to_contain_text(f"{held} of")
        expect(room).to_contain_text(f"room for {whole - held} ")
        expect(unassigned).to_have_text(str(4 - held))

    give.click()
    expect_counted(1)
    expect(give).to_be_focused()
    rows.first.drag_to(mate)
    expect_counted(2)
    give.focus()
    page.keyboard.press("x")
    page.keyboard.press("1")
    expect_counted(3)
    expect(give).to_be_focused()
    give.click()
    expect_counted(4)
