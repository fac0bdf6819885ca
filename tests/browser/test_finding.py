"""Sorting work in a real browser, by keys alone."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Page, expect

from channels.models import Account
from inbox.models import Conversation, Label, Message, SavedView, Team, User
from tests import factories
from tests.browser.boxes import box
from tests.browser.conftest import Open
from tests.support.barriers import barriers, barriers_at
from tests.support.profiles import cases

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _four(account: Account) -> list[Conversation]:
    found = []
    for number in range(4):
        message = factories.make_inbound(
            account,
            f"Vraag {number}",
            author=factories.author(f"Klant {number}"),
            sent_at=factories.minutes_ago(40 - number),
        )
        assert message.conversation is not None
        found.append(message.conversation)
    return found


def _picked(page: Page) -> int:
    return page.locator(".row-pick input:checked").count()


@pytest.mark.long
def test_a12_a_morning_is_sorted_by_keys_alone(visit: Open, account: Account, agent: User) -> None:
    label = Label.objects.create(name="Garantie")
    rows = _four(account)
    page = visit()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#bulk")).to_be_visible()
    page.keyboard.press("Shift+X")
    assert _picked(page) == 3
    page.click('[data-act="unpick"]')
    expect(page.locator("#bulk")).to_be_hidden()
    page.locator(f"#row-{rows[0].code} .row-link").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_have_attribute("data-code", str(rows[0].code))
    page.keyboard.press("l")
    page.locator("#thread-head [data-narrow]").fill("gar")
    page.keyboard.press("Enter")
    expect(page.locator(f"#row-{rows[0].code} .chip")).to_have_text("Garantie")
    assert list(label.conversations.all()) == [rows[0]]
    page.locator("#scroll").focus()
    page.keyboard.press("Shift+E")
    expect(page.locator("#why")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator("#thread")).to_have_attribute("data-code", str(rows[1].code))
    expect(page).to_have_url(re.compile(str(rows[1].code)))
    rows[0].refresh_from_db()
    assert rows[0].status == "closed"


@pytest.mark.long
def test_a12_renewed_row_keeps_pick_focus_and_range(visit: Open, account: Account, agent: User) -> None:
    rows = _four(account)
    page = visit()
    expect(page.locator("#live .live-word")).to_have_text("Live")
    box = page.locator(f"#row-{rows[1].code} .row-pick input")
    box.focus()
    page.keyboard.press("Space")
    factories.make_inbound(account, "Bent u daar nog?", author=factories.author("Klant 1"))
    expect(page.locator(f"#row-{rows[1].code}")).to_contain_text("Bent u daar nog?")
    expect(box).to_be_checked()
    expect(box).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    assert _picked(page) == 3


def test_a12_one_key_sends_closes_and_opens_the_next(visit: Open, account: Account, agent: User) -> None:
    rows = _four(account)
    page = visit(rows[0].get_absolute_url() + "?queue=unassigned")
    page.keyboard.press("r")
    page.keyboard.type("We zoeken het voor je uit.")
    page.keyboard.press("Control+Alt+Enter")
    expect(page.locator("#thread")).to_have_attribute("data-code", str(rows[1].code))
    expect(page).to_have_url(re.compile(f"{rows[1].code}/\\?queue=unassigned"))
    expect(page.locator("#undo .undo")).to_contain_text("To Klant")
    expect(page.locator("#undo .num")).to_have_text(re.compile(r"^\d+$"))
    expect(page.locator("#reply")).to_have_value("")
    page.keyboard.press("Control+z")
    expect(page.locator("#thread")).to_have_attribute("data-code", str(rows[0].code))
    expect(page.locator("#reply")).to_have_value(re.compile("^We zoeken het voor je uit."))
    expect(page.locator("#undo")).to_contain_text("Taken back. Your text is in the box again.")
    assert Message.objects.get(direction="outbound").state == "cancelled"
    page.click(".send-more summary")
    page.click("[data-send-next]")
    expect(page.locator("#thread")).to_have_attribute("data-code", str(rows[1].code))
    assert Message.objects.get(direction="outbound", state="queued").closes_after
    if folder := os.environ.get("WEBCARE_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/sent-before.png")


@pytest.mark.long
def test_palette_goes_to_places_and_acts_on_the_conversation(visit: Open, account: Account, agent: User) -> None:
    rows = _four(account)
    page = visit(rows[0].get_absolute_url())
    page.keyboard.press("Control+k")
    field = page.locator("#palette input[type=search]")
    expect(field).to_be_focused()
    field.press_sequentially("take")
    expect(page.locator("#palette .option").first).to_contain_text("Take it")
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#thread-head .facts b", has_text="you")).to_be_visible()
    rows[0].refresh_from_db()
    assert rows[0].assignee == agent
    page.locator("#scroll").focus()
    page.keyboard.press("Control+k")
    field.fill("snoozed")
    expect(page.locator("#palette .option").first).to_contain_text("Snoozed")
    expect(page.locator("#thread-live.htmx-request")).to_have_count(0)  # leaving would break it off
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"queue=snoozed"))


def test_a_filter_is_set_kept_and_in_the_address(visit: Open, account: Account) -> None:
    rows = _four(account)
    Conversation.objects.filter(pk=rows[2].pk).update(mood="angry")
    page = visit()
    page.keyboard.press("f")
    page.locator(".filters .pick-line", has_text="Angry").click()
    page.locator(".filters button", has_text="Show").click()
    expect(page).to_have_url(re.compile(r"mood=angry"))
    expect(page.locator("#row-list > .row")).to_have_count(1)
    page.keyboard.press("f")
    page.locator(".filters-keep [name=name]").fill("Boze klanten")
    page.locator(".filters-keep button").click()
    expect(page.locator("#nav-counts")).to_contain_text("Boze klanten")
    assert SavedView.objects.get().query == "mood=angry"
    page.set_viewport_size({"width": 768, "height": 900})  # no room for of how many: it drops out whole
    head = page.locator(".list .head :is(h1, h2)")
    assert head.evaluate("head => head.scrollWidth - head.clientWidth") == 0
    top, n, most = (box(head.locator(part))["y"] for part in (".title", ".count em", ".count-of"))
    assert abs(n - top) < 12 < most - top


@pytest.mark.long
@cases("width", [1440, 768, 360])
def test_the_whole_list_is_picked_and_counted(visit: Open, account: Account, agent: User, width: int) -> None:
    for _n in range(32):
        factories.make_conversation(account)
    page = visit(width=width)
    picked = page.locator("#bulk output")
    page.locator(".row-pick input").first.check(force=True)
    expect(picked).to_have_text("1 picked")
    expect(page.get_by_label("Pick all that are shown")).to_be_in_viewport()
    page.get_by_text("Pick all 32").click()
    expect(picked).to_have_text("32 picked")
    page.locator(".row-pick input").nth(1).uncheck(force=True)
    expect(page.locator("#bulk [name=all]")).not_to_be_checked()
    expect(picked).not_to_have_text("32 picked")
    page.locator("#bulk [name=all]").focus()
    page.keyboard.press("Space")
    expect(picked).to_have_text("32 picked")
    assert barriers(page, within="#bulk") == []
    page.locator("#bulk summary", has_text="Colleague").click()
    page.get_by_role("button", name="To me").click()
    expect(page.locator("#bulk")).to_be_hidden()
    assert Conversation.objects.filter(assignee=agent).count() == 32


@pytest.mark.long
@cases("width", [360, 768, 1440])
def test_the_filter_is_ticked_by_key(visit: Open, account: Account, width: int) -> None:
    rows = _four(account)
    Conversation.objects.filter(pk=rows[2].pk).update(mood="angry")
    Conversation.objects.filter(pk=rows[1].pk).update(mood="happy")
    page = visit(width=width)
    page.keyboard.press("f")
    expect(page.locator("#filter")).to_be_in_viewport(ratio=1)
    assert barriers(page, within="#filter") == []
    page.keyboard.type("ang")
    expect(page.locator("#filter .pick-line:visible")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Angry")).to_be_checked()
    page.get_by_label("Happy").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#row-list > .row")).to_have_count(2)
    expect(page.locator(".in-force-chip")).to_have_count(1)
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    expect(page.locator("#filter")).to_be_hidden()


@pytest.mark.long
def test_the_filter_works_without_scripts(visit: Open, account: Account) -> None:
    rows = _four(account)
    Conversation.objects.filter(pk=rows[2].pk).update(mood="angry")
    page = visit(java_script_enabled=False)
    page.get_by_role("button", name="Filter", exact=True).click()
    expect(page.locator("#filter [type=search]")).to_be_hidden()
    page.locator("#filter .pick-line", has_text="Angry").click()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#row-list > .row")).to_have_count(1)


@pytest.mark.long
@pytest.mark.thorough
def test_the_pages_of_finding_work_pass_axe(visit: Open, account: Account, agent: User, lead_person: User) -> None:
    rows = _four(account)
    team = Team.objects.create(name="Bezorging")
    Label.objects.create(name="Klacht", is_complaint=True)
    SavedView.objects.create(owner=lead_person, name="Boos", query="mood=angry", is_shared=True)
    pages = ["/inbox/search/?q=vraag", "/inbox/palette/?q=klant", "/inbox/views/", "/settings/labels/"]
    pages += [f"/settings/teams/{team.code}/", f"/inbox/{rows[0].code}/labels/", "/inbox/?mood=angry"]
    page = visit(pages[0], person=lead_person)
    for path in pages:
        page.goto(re.sub(r"^(https?://[^/]+).*", r"\1", page.url) + path)
        assert barriers_at(page, 1440, 360) == [], path


@pytest.fixture
def lead_person(transactional_db: None) -> User:
    """Somebody who keeps labels and teams."""
    return factories.make_user("lead", first_name="Sanne", last_name="Kuipers", language="nl")


@pytest.mark.long
def test_on_a_phone_a_hit_shows_when_it_was_said(visit: Open, account: Account) -> None:
    person = factories.author("Wilhelmina van Oldenbarneveldt", handle="wilhelmina_van_oldenbarneveldt")
    factories.make_inbound(account, "Waar blijft mijn kast?", author=person)
    page = visit("/inbox/search/?q=kast", width=360, height=740)
    hit, time = (box(page.locator(one).first) for one in (".hit-head", ".hit-head time"))
    assert time["x"] + time["width"] <= hit["x"] + hit["width"] + 1
    assert time["y"] + time["height"] <= hit["y"] + hit["height"] + 1
