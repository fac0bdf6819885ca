"""One bar that undoes, its doer's alone, seen by two people at once; and why something is closed without an answer."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from channels.models import Account
from inbox.models import Conversation, Message, Notice, User
from tests import factories
from tests.browser.boxes import box
from tests.browser.conftest import Open, picture, requests_of
from tests.support.profiles import cases


@pytest.fixture
def joost(transactional_db: None) -> User:
    """A colleague at another browser."""
    return factories.make_user(first_name="Joost", last_name="Willems", language="en")


def _live(page: Page) -> Page:
    expect(page.locator("#live .live-word")).to_have_text("Live")
    return page


def _send(page: Page, text: str) -> None:
    page.fill("#reply", text)
    page.focus("#reply")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#undo [data-undo]")).to_be_visible()
    expect(page.locator("#reply")).to_have_value("")


@pytest.mark.long
def test_a_bystanders_ctrl_z_withdraws_nothing(
    visit: Open, conversation: Conversation, agent: User, joost: User
) -> None:
    farah, other = (_live(visit(conversation.get_absolute_url(), person=person)) for person in (agent, joost))
    _send(farah, "Hij komt donderdag.")
    expect(other.locator(".msg-leaving")).to_contain_text("Farah is sending this (")
    expect(other.locator("#undo .undo")).to_have_count(0)
    picture(other, "undo-colleague")
    asked = requests_of(other, "/undo/", "/cancel/")
    other.locator("#scroll").focus()
    other.keyboard.press("Control+z")
    other.keyboard.press("Meta+z")
    factories.make_note(conversation, joost, "Ik kijk even mee.")
    expect(other.locator("#messages")).to_contain_text("Ik kijk even mee.")  # it listens, and did not ask
    assert asked == []
    expect(other.locator("#reply")).to_have_value("")
    assert Message.objects.get(direction="outbound").state == "queued"
    picture(farah, "undo-send")
    farah.keyboard.press("Control+z")
    expect(farah.locator("#reply")).to_have_value("Hij komt donderdag.")
    expect(farah.locator("#undo")).to_contain_text("Taken back.")
    expect(other.locator(".msg-leaving")).to_have_count(0)
    expect(other.locator("#reply")).to_have_value("")
    assert Message.objects.get(direction="outbound").state == "cancelled"
    assert asked == []


@pytest.mark.long
def test_the_key_in_a_field_belongs_to_the_field(visit: Open, conversation: Conversation) -> None:
    page = _live(visit(conversation.get_absolute_url()))
    _send(page, "Hij komt donderdag.")
    page.keyboard.press("r")
    page.keyboard.type("nog iets")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(page.locator("#reply")).to_have_value("")
    page.keyboard.press("Control+z")
    expect(page.locator("#reply")).to_have_value("nog iets")
    assert Message.objects.get(direction="outbound").state == "queued"
    # By the button it works from here too, and what was begun stays below.
    page.click("#undo [data-undo]")
    expect(page.locator("#reply")).to_have_value("Hij komt donderdag.\n\nnog iets")


@pytest.mark.long
def test_the_bar_follows_to_other_pages_and_tabs(visit: Open, conversation: Conversation, agent: User) -> None:
    page = _live(visit(conversation.get_absolute_url()))
    tab = _live(visit(conversation.get_absolute_url()))
    page.keyboard.press("m")
    expect(page.locator("#undo")).to_contain_text("Karin to you")
    expect(tab.locator("#undo")).to_contain_text("Karin to you")
    page.goto(page.url.split("/inbox/")[0] + "/preferences/")
    expect(page.locator("#undo")).to_contain_text("Karin to you")
    page.locator("#main").focus()
    page.keyboard.press("Control+z")
    expect(page.locator("#undo")).to_contain_text("Karin is as it was.")
    expect(tab.locator("#undo")).to_contain_text("Karin is as it was.")
    expect(tab.locator(".facts")).to_contain_text("free")
    conversation.refresh_from_db()
    assert conversation.assignee is None


@pytest.mark.long
def test_closing_asks_why_by_key_and_can_be_undone(visit: Open, conversation: Conversation, joost: User) -> None:
    page = _live(visit(conversation.get_absolute_url()))
    other = _live(visit(conversation.get_absolute_url(), person=joost))
    page.locator("#scroll").focus()
    page.keyboard.press("e")
    expect(page.locator("#why")).to_contain_text("Karin got no answer yet")
    picture(page, "why")
    page.keyboard.press("Enter")  # nothing is chosen yet
    expect(page.locator("#why")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator("#why [name=reason]").first).to_be_focused()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.locator(".facts")).to_contain_text("Closed")
    expect(page.locator("#undo")).to_contain_text("Karin closed as “already answered elsewhere”")
    expect(other.locator(".facts")).to_contain_text("Closed")
    expect(other.locator("#undo .undo")).to_have_count(0)
    page.locator("#scroll").focus()
    page.keyboard.press("Control+z")
    expect(page.locator("#undo")).to_contain_text("Karin is open again.")
    expect(other.locator(".facts")).not_to_contain_text("Closed")
    page.get_by_role("button", name="Close after all").click()
    expect(page.locator(".facts")).to_contain_text("Closed")


@pytest.mark.long
def test_close_and_next_asks_why_and_goes_on(visit: Open, account: Account, conversation: Conversation) -> None:
    later = factories.make_conversation(account, author=factories.author("Lotte"))
    page = _live(visit(conversation.get_absolute_url()))
    page.locator("#scroll").focus()
    page.keyboard.press("Shift+E")
    expect(page.locator("#why")).to_be_visible()
    conversation.refresh_from_db()
    assert conversation.status == "open"
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_have_attribute("data-code", str(later.code))
    expect(page.locator("#undo")).to_contain_text("Karin closed as “no question”")


@pytest.mark.long
def test_too_late_says_because_of_whom(visit: Open, conversation: Conversation, joost: User) -> None:
    page = _live(visit(conversation.get_absolute_url()))
    other = _live(visit(conversation.get_absolute_url(), person=joost))
    page.keyboard.press("m")
    expect(other.locator(".facts")).to_contain_text("Farah")
    other.keyboard.press("m")
    expect(page.locator(".facts")).to_contain_text("Joost")
    page.locator("#scroll").focus()
    page.keyboard.press("Control+z")
    expect(page.locator("#undo")).to_contain_text("Too late. Joost Willems changed it meanwhile.")
    conversation.refresh_from_db()
    assert conversation.assignee == joost


@pytest.mark.long
@cases("width", [360, 768, 1440])
def test_the_bar_covers_neither_list_nor_words(visit: Open, account: Account, agent: User, width: int) -> None:
    name = "Wilhelmina Antoinette Maximiliana van Oldenbarneveldt-Schoonhoven"
    message = factories.make_inbound(account, "Waar blijft hij?", author=factories.author(name))
    agent.language = "nl"
    agent.save()
    assert message.conversation is not None
    page = visit(message.conversation.get_absolute_url(), width=width, height=800)
    page.evaluate("document.querySelector('[data-key=m]').click()")
    bar = page.locator("#undo .undo")
    expect(bar).to_be_visible()
    page.click("#undo [data-undo]")
    expect(bar).to_contain_text("Wilhelmina")
    expect(bar).to_contain_text("is weer zoals het was")
    picture(page, f"undo-bar-{width}")
    mine = box(bar)
    for other in ("#list", "#messages > li .msg", "#thread-head", ".composer"):
        found = page.locator(other).first
        if not found.is_visible():
            continue
        there = box(found)
        apart = (
            mine["x"] + mine["width"] <= there["x"] + 1
            or there["x"] + there["width"] <= mine["x"] + 1
            or mine["y"] + mine["height"] <= there["y"] + 1
            or there["y"] + there["height"] <= mine["y"] + 1
        )
        assert apart, f"{other} is covered at {width}"


@pytest.mark.long
def test_on_a_phone_the_bar_covers_no_head_under_a_banner(visit: Open, conversation: Conversation, agent: User) -> None:
    Notice.objects.create(kind="disruption", text="Er rijden bussen.", expires_at=factories.minutes_ago(-240))
    page = visit(conversation.get_absolute_url(), width=360, height=800)
    page.evaluate("document.querySelector('[data-key=m]').click()")
    expect(page.locator("#undo .undo")).to_be_visible()
    page.goto(page.url.partition("/inbox/")[0] + "/inbox/")
    bar, shown = box(page.locator("#undo .undo")), [".notice-line", "#list > .head", "#row-list > .row"]
    tops = [box(page.locator(one).first) for one in shown]
    assert bar["y"] + bar["height"] <= tops[0]["y"] + 1
    # One right under the other: nothing is covered, and no room is lost.
    for above, below in pairwise([bar, *tops]):
        assert abs(above["y"] + above["height"] - below["y"]) <= 2, shown


@pytest.mark.long
@pytest.mark.parametrize("keys", ["key", "code"])
def test_keys_work_in_another_alphabet(visit: Open, conversation: Conversation, agent: User, keys: str) -> None:
    page = _live(visit(conversation.get_absolute_url()))
    page.locator("#scroll").focus()
    letters = {"key": ("m", "KeyM", "z", "KeyZ"), "code": ("ь", "KeyM", "я", "KeyZ")}[keys]
    _press(page, letters[0], letters[1])
    expect(page.locator("#undo")).to_contain_text("Karin to you")
    _press(page, letters[2], letters[3], ctrl=True)
    expect(page.locator("#undo")).to_contain_text("Karin is as it was.")


def _press(page: Page, key: str, code: str, *, ctrl: bool = False) -> None:
    """Press a key as a keyboard of another alphabet does."""
    page.evaluate(
        "([key, code, ctrlKey]) => document.activeElement.dispatchEvent("
        "new KeyboardEvent('keydown', {key, code, ctrlKey, bubbles: true, cancelable: true}))",
        [key, code, ctrl],
    )


def test_what_was_sent_does_not_come_back(visit: Open, conversation: Conversation) -> None:
    page = _live(visit(conversation.get_absolute_url()))
    _send(page, "Hij komt donderdag.")
    expect(page.locator(".htmx-swapping, .htmx-settling")).to_have_count(0)
    page.reload()
    expect(page.locator("#reply")).to_have_value("")
    assert page.evaluate("Object.keys(sessionStorage).filter(name => name.startsWith('draft:'))") == []
