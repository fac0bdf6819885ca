"""The page under hostile lengths, on every width: nothing scrolls sideways, covers, doubles or zooms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

from channels.models import Account
from inbox.models import CannedReply, CannedText, Conversation, Label, Organisation, Team, User
from inbox.triage import assignment, labels
from tests import factories
from tests.browser.boxes import box
from tests.browser.conftest import Open
from tests.support.barriers import barriers, resize
from tests.support.profiles import cases

WIDTHS = (360, 768, 1440)
LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafe"  # 86 letters
ZALGO = "Z" + "\u0301\u0325\u0338\u0489" * 30 + "algo"


@pytest.fixture
def hostile(account: Account, agent: User) -> Conversation:
    """Everything that has a name has the longest."""
    Organisation.objects.update_or_create(pk=1, defaults={"name": LONG[:60]})
    agent.first_name, agent.last_name = LONG[:40], LONG[40:80]
    agent.save()
    team = Team.objects.create(name=LONG[:60])
    team.members.add(agent)
    label = Label.objects.create(name=LONG[:40])
    canned = CannedReply.objects.create(title=LONG[:80], owner=agent, scope="all")
    CannedText.objects.create(canned=canned, text=LONG * 3)
    person = factories.author(LONG, handle=LONG[:50].lower())
    found = factories.make_inbound(account, f"{LONG * 3} https://veldhuis.nl/{LONG * 2}", author=person).conversation
    assert found is not None
    factories.make_inbound(account, ZALGO, author=factories.author(ZALGO[:60]))
    labels.give_to_team(found, team, agent)
    labels.add_label(found, label, agent)
    assignment.assign(found, agent, by=agent)
    factories.make_note(found, agent, f"@{LONG} {LONG}")
    factories.make_answer(found, agent, text=LONG * 2)
    return found


def pages_of(conversation: Conversation) -> Iterator[str]:
    """Every kind of page an agent sees."""
    yield "/inbox/"
    yield conversation.get_absolute_url()
    yield f"/inbox/?team={Team.objects.get().code}&who=nobody&channel=x"
    for name in ("labels/", "team/", "assign/", "contact/link/", "canned/", "contact/timeline/?before=x"):
        if "before" not in name:
            yield f"{conversation.get_absolute_url()}{name}"
    for path in ("search/?q=wolf", "palette/?q=wolf", "menu/", "views/", "notices/", "notifications/"):
        yield f"/inbox/{path}"
    yield from ("/settings/canned/", "/settings/guidelines/", "/settings/words/", "/preferences/")


# The panes scroll by themselves: the document has no second scroll below them.
_OUTGROWS = """() => document.documentElement.scrollHeight > innerHeight + 1
  && Boolean(document.querySelector(".app-inbox"))"""
_SMALL = """() => [...document.querySelectorAll("input, select, textarea")]
  .filter((field) => !["hidden", "checkbox", "radio", "file"].includes(field.type))
  .filter((field) => parseFloat(getComputedStyle(field).fontSize) < 16).map((field) => field.name)"""
_COVERS = """() => [...document.querySelectorAll(".msg")].some((message) => {
  const media = message.querySelector(".doc").getBoundingClientRect();
  return [...message.querySelectorAll(".msg-acts .btn")].some((button) => {
    const box = button.getBoundingClientRect();
    const beside = box.right <= media.left || box.left >= media.right;
    return box.width && !beside && box.bottom > media.top && box.top < media.bottom;
  });
})"""
_SIZE_OF = """(name) => {
  const shown = [...document.querySelectorAll(".nav .nav-item > span")].find((one) => one.textContent.includes(name));
  return [shown?.offsetWidth ?? 0, shown?.offsetHeight ?? 0];
}"""
_THREE_FAILURES = """() => { for (let n = 0; n < 3; n += 1)
  document.body.dispatchEvent(new CustomEvent("htmx:sendError", { bubbles: true, detail: {} })); }"""


def goes_sideways(page: Page) -> int:
    """By how many pixels the document is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.long
def test_no_page_scrolls_sideways(visit: Open, hostile: Conversation) -> None:
    page = visit("/inbox/")
    wide = {}
    for path in pages_of(hostile):
        page.goto(page.url.split("/inbox/")[0].split("/settings/")[0].split("/preferences/")[0] + path)
        for width in WIDTHS:
            resize(page, width)
            if over := goes_sideways(page):
                wide[path, width] = over
            if page.evaluate(_OUTGROWS):
                wide[path, width] = -1
    assert wide == {}


@pytest.mark.long
def test_fields_on_a_phone_are_large_enough_not_to_zoom(visit: Open, hostile: Conversation) -> None:
    page = visit("/inbox/", width=360)
    small = {}
    for path in pages_of(hostile):
        page.goto(page.url.split("/inbox/")[0].split("/settings/")[0].split("/preferences/")[0] + path)
        found = page.evaluate(_SMALL)
        if found:
            small[path] = found
    assert small == {}


@pytest.mark.long
def test_the_navigation_keeps_its_names(visit: Open, conversation: Conversation, account: Account) -> None:
    factories.make_account("x", name="Outlet", handle="VeldhuisOutlet")
    page = visit("/inbox/", width=768)
    expect(page.locator("#live .dot")).to_have_class("dot ")  # the page's first news has come in
    for width in (768, 900, 1024, 1199):
        resize(page, width)
        for name in ("Mine", "All open", "Waiting for customer", "@VeldhuisNL", "@VeldhuisOutlet", "Texts and teams"):
            # In one question: live news may renew the menu between two.
            wide, high = page.evaluate(_SIZE_OF, name)
            assert wide > 20, (name, width)
            assert high >= 12, (name, width)


@pytest.mark.long
def test_what_is_pressed_covers_no_picture_on_a_phone(visit: Open, account: Account) -> None:
    from channels.types import Attachment

    person = factories.author("Fenna")
    photo = (Attachment(kind="location", text="Stationsplein 1, Weerdam"),)
    for minutes in (3, 2):
        message = factories.make_inbound(
            account, "", author=person, attachments=photo, sent_at=factories.minutes_ago(minutes)
        )
    assert message.conversation is not None
    page = visit(message.conversation.get_absolute_url(), width=360, has_touch=True, is_mobile=True)
    expect(page.locator(".msg .doc")).to_have_count(2)
    covered = page.evaluate(_COVERS)
    assert not covered


@pytest.mark.long
@cases("scheme", ["light", "dark"])
def test_a_message_keeps_its_buttons_in_its_name_line(visit: Open, account: Account, scheme: str) -> None:
    facts = {"author": factories.author("Nadia Benali"), "permalink": "https://x.com/i/status/1"}
    for minutes in (3, 2):
        message = factories.make_inbound(account, "Dag", sent_at=factories.minutes_ago(minutes), **facts)
    assert message.conversation is not None
    path = message.conversation.get_absolute_url()
    page = visit(path, width=360, has_touch=True, is_mobile=True, color_scheme=scheme)
    first, again = page.locator("#messages .msg-in").all()
    name, reply, time = (box(first.locator(selector)) for selector in (".msg-by b", "[data-reply]", "time"))
    assert name["x"] + name["width"] < reply["x"] < time["x"]
    middle = reply["y"] + reply["height"] / 2
    assert name["y"] < middle < name["y"] + name["height"]
    words, button = (box(again.locator(selector)) for selector in (".msg-text", "[data-reply]"))
    assert button["y"] < words["y"] + words["height"]

    expect(page.get_by_role("link", name="Open on the platform")).to_have_count(0)
    first.get_by_role("button", name="More with this message").click()
    expect(page.get_by_role("link", name="Open on the platform")).to_be_in_viewport()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Open on the platform")).to_have_count(0)


@pytest.mark.long
def test_wide_pages_show_every_button_of_a_message(visit: Open, account: Account) -> None:
    message = factories.make_inbound(account, "Dag", permalink="https://x.com/i/status/1")
    assert message.conversation is not None
    page = visit(message.conversation.get_absolute_url(), width=1440)
    page.locator(".msg-in").hover()
    expect(page.get_by_role("link", name="Open on the platform")).to_be_visible()
    expect(page.get_by_role("button", name="More with this message")).to_have_count(0)


@pytest.mark.long
def test_the_bar_of_a_phone_leads_to_the_search(visit: Open, conversation: Conversation) -> None:
    page = visit("/inbox/", width=360)
    bar = page.locator(".tabbar")
    expect(bar.locator("a")).to_have_text(["Open", "Mine", "Search", "More"], use_inner_text=True)
    expect(page.locator("#list .head").get_by_role("link", name="Search")).to_have_count(0)
    bar.get_by_role("link", name="Search").click()
    expect(page.locator('.tabbar [aria-current="page"]')).to_have_text("Search")
    page.goto(page.url.split("search")[0])
    page.locator(".row-pick input").first.check(force=True)
    expect(bar).to_be_hidden()


@pytest.mark.long
def test_the_head_keeps_state_age_and_assignee(visit: Open, hostile: Conversation) -> None:
    page = visit(hostile.get_absolute_url(), width=1440)
    head = box(page.locator("#thread-head .facts"))
    for kept in ("Public on X", " old", "you"):
        fact = box(page.locator("#thread-head .facts > span", has_text=kept).first)
        assert fact["y"] < head["y"] + head["height"], kept
        assert fact["x"] + fact["width"] <= head["x"] + head["width"] + 1, kept


_CUT_OFF = re.compile("clip|hidden")


@pytest.mark.long
def test_stacked_letters_stay_within_their_line(visit: Open, hostile: Conversation) -> None:
    page = visit("/inbox/")
    for selector in (".row-text", ".row-name"):
        expect(page.locator(selector).first).to_have_css("overflow-y", _CUT_OFF)
    page.locator(".row-link", has_text="algo").first.click()
    text = page.locator(".msg-in .msg-text").last
    expect(text).to_be_visible()
    expect(text).to_have_css("overflow-y", _CUT_OFF)


@pytest.mark.long
def test_f_opens_the_filter_with_focus_in_it(visit: Open, conversation: Conversation) -> None:
    page = visit("/inbox/")
    page.keyboard.press("f")
    expect(page.locator("#filter [data-narrow]")).to_be_focused()


@pytest.mark.long
def test_rows_of_the_palette_are_one_line(visit: Open, hostile: Conversation) -> None:
    page = visit("/inbox/")
    page.locator(".nav-find").click()
    page.locator("#palette [name=q]").fill("wolf")
    expect(page.locator("#palette-found .option", has_text="Wolf").first).to_be_visible()
    heights = page.locator("#palette-found .option").evaluate_all("all => all.map((one) => one.offsetHeight)")
    assert max(heights) <= 44


@pytest.mark.long
def test_a_lost_connection_is_said_once_and_leaves(visit: Open, conversation: Conversation) -> None:
    page = visit("/inbox/")
    page.clock.install()
    page.evaluate(_THREE_FAILURES)
    expect(page.locator(".toast-error")).to_have_count(1)
    page.clock.fast_forward(13_000)
    expect(page.locator(".toast-error")).to_have_count(0)


def test_a_session_that_ends_while_writing_loses_nothing(
    new_context: Callable[[], BrowserContext], site: str, conversation: Conversation, agent: User
) -> None:
    # Not by `visit`: here the server refuses on purpose, and the browser says so.
    context = new_context()
    page, said = context.new_page(), "Wij zoeken het uit."
    sign_in(page, site, agent)
    page.goto(site + conversation.get_absolute_url())
    page.locator("#reply").fill(said)
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.locator("#reply")).to_have_value(said)

    other = context.new_page()
    sign_in(other, site, agent)
    other.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#signed-out")).to_be_hidden()
    expect(page.locator("#reply")).to_have_value(said)
    page.locator("#reply").press("Control+Enter")
    expect(page.locator("#messages .msg-out", has_text=said)).to_be_visible()
    assert conversation.messages.filter(direction="outbound", author=agent).count() == 1


def test_what_one_writes_is_never_sent_as_another(
    new_context: Callable[[], BrowserContext], site: str, conversation: Conversation, agent: User
) -> None:
    joost = factories.make_user(first_name="Joost", last_name="Willems", language="en")
    context = new_context()
    page, said = context.new_page(), "Wij zoeken het uit."
    sign_in(page, site, agent)
    page.goto(site + conversation.get_absolute_url())
    page.locator("#reply").fill(said)
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    other = context.new_page()
    sign_in(other, site, joost)

    for act in (_send, _come_back, _send):
        with page.expect_response("**/session/") as asked:
            act(page)
        assert asked.value.json()["person"] == str(joost.code)
        expect(page.locator("#signed-out")).to_be_visible()
        expect(page.locator("#reply")).to_have_value(said)
    assert not conversation.messages.filter(direction="outbound").exists()

    other.goto(site + conversation.get_absolute_url())
    expect(other.locator("#reply")).to_have_value("")
    # A page that finds itself signed out loads anew, which would cut into signing in there.
    other.goto("about:blank")
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    sign_in(other, site, agent)
    _come_back(page)
    expect(page.locator("#signed-out")).to_be_hidden()
    _send(page)
    expect(page.locator("#messages .msg-out", has_text=said)).to_be_visible()
    assert [row.author for row in conversation.messages.filter(direction="outbound")] == [agent]


def _send(page: Page) -> None:
    page.locator("#reply").press("Control+Enter")


def _come_back(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('focus'))")


def sign_in(page: Page, site: str, person: User) -> None:
    """Sign in as people do."""
    page.goto(f"{site}/account/login/")
    page.locator("[name=login]").fill(person.email)
    page.locator("[name=password]").fill("a-long-password")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/inbox/**")
