"""The inbox in a real browser: live, by keyboard, and without scripts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from channels.models import Account
from channels.types import RouteRules
from inbox.contacts import description
from inbox.models import Conversation, Message, User
from inbox.text.length import length_of
from inbox.triage import assignment
from tests import factories
from tests.browser.boxes import box
from tests.browser.conftest import Open, picture
from tests.support.barriers import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _live(page: Page) -> Page:
    expect(page.locator("#live .live-word")).to_have_text("Live")
    return page


@pytest.mark.long
def test_g3_a_message_is_announced_and_nothing_jumps(visit: Open, account: Account) -> None:
    factories.make_conversation(account)
    page = _live(visit())
    expect(page.locator("#row-list > .row")).to_have_count(1)
    factories.make_conversation(account)
    expect(page.locator("#pill")).to_have_text("1 new")
    expect(page.locator("#row-list > .row")).to_have_count(1)
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    expect(page.locator("#list-count")).to_contain_text("2")
    page.click("#pill")
    expect(page.locator("#row-list > .row")).to_have_count(2)
    expect(page.locator("#pill")).to_be_hidden()


@pytest.mark.long
def test_g3_announced_row_scrolls_into_view_in_the_list(visit: Open, account: Account) -> None:
    for _ in range(14):
        factories.make_conversation(account)
    page = _live(visit(height=600))
    newest = factories.make_conversation(account)
    page.locator("#pill", has_text="1 new").press("Enter")
    row = page.locator(f"#row-{newest.code}")
    expect(row).to_have_class(re.compile(r"\brow-new\b"))
    expect(row).to_be_in_viewport(ratio=1)
    expect(row.locator(".row-link")).to_be_focused()
    expect(row).not_to_have_class(re.compile(r"\brow-new\b"))


@pytest.mark.long
def test_g3_what_stands_on_a_later_page_of_the_list_is_said_to(visit: Open, account: Account) -> None:
    for _ in range(31):
        factories.make_conversation(account)
    page = _live(visit())
    factories.make_conversation(account)
    page.click("#pill")
    expect(page.locator(".toast")).to_contain_text("further down")
    expect(page.locator("#row-list .row-link").first).to_be_focused()


def test_a_long_message_opens_at_its_beginning(visit: Open, account: Account) -> None:
    factories.make_inbound(account, "Kort.", author=factories.author("Jan"))
    factories.make_inbound(account, "Lang verhaal. " * 300, author=factories.author("Noor"))
    page = visit(Conversation.objects.latest("pk").get_absolute_url())
    above = """() => document.querySelector("#messages .msg-in").getBoundingClientRect().top
      - document.querySelector("#scroll").getBoundingClientRect().top"""
    assert 0 <= page.evaluate(above) < 40
    page.locator(".row-link", has_text="Jan").click()
    expect(page.locator("#messages")).to_contain_text("Kort.")
    page.locator(".row-link", has_text="Noor").click()
    expect(page.locator("#messages")).to_contain_text("Lang verhaal.")
    assert 0 <= page.evaluate(above) < 40


@pytest.mark.long
def test_g5_complaint_refusal_is_said_once_and_covers_nothing(visit: Open, account: Account) -> None:
    conversation = factories.make_conversation(account)
    Conversation.objects.filter(pk=conversation.pk).update(is_complaint=True)
    page = _live(visit(conversation.get_absolute_url()))
    for _ in range(2):
        page.locator("#scroll").focus()
        page.keyboard.press("e")
        expect(page.locator("#why [name=reason]").first).to_be_focused()
        expect(page.locator("#why")).to_contain_text("This is a complaint that nobody answered.")
        page.keyboard.press("Escape")
        expect(page.locator("#why")).to_be_hidden()
    expect(page.locator(".toast")).to_have_count(0)
    expect(page.locator("#say")).to_be_empty()


@pytest.mark.long
def test_g5_chosen_reason_survives_live_updates(visit: Open, account: Account, agent: User) -> None:
    conversation = factories.make_conversation(account)
    Conversation.objects.filter(pk=conversation.pk).update(is_complaint=True)
    page = _live(visit(conversation.get_absolute_url()))
    page.locator("#scroll").focus()
    page.keyboard.press("e")
    expect(page.locator("#why [name=reason]").first).to_be_focused()
    page.keyboard.press("2")
    chosen = page.locator("#why [value=answered_elsewhere]")
    expect(chosen).to_be_focused()
    assignment.write_note(
        conversation, factories.make_user(first_name="Olaf"), f"@{agent.first_name} kijk jij hiernaar?"
    )
    expect(page.locator("[data-strip=named]")).to_be_visible()
    expect(chosen).to_be_focused()
    expect(chosen).to_be_checked()


@pytest.mark.long
def test_g5_dealing_with_a_note_leads_to_no_reason_to_close(visit: Open, account: Account, agent: User) -> None:
    conversation = factories.make_conversation(account)
    Conversation.objects.filter(pk=conversation.pk).update(is_complaint=True)
    assignment.write_note(
        conversation, factories.make_user(first_name="Olaf"), f"@{agent.first_name} kijk jij hiernaar?"
    )
    page = _live(visit(conversation.get_absolute_url()))
    page.locator("[data-strip=named] button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-strip=named]")).to_have_count(0)
    expect(page.locator("#why")).to_be_hidden()
    expect(page.locator("#scroll")).to_be_focused()


@pytest.mark.long
def test_who_chose_in_a_menu_stands_at_that_menu_again(visit: Open, account: Account) -> None:
    conversation = factories.make_conversation(account)
    for name in ("Anna", "Bram", "Cleo"):
        factories.make_user(first_name=name, last_name="Jansen")
    page = _live(visit(conversation.get_absolute_url()))
    page.keyboard.press("a")
    menu = page.locator("#thread-head details", has=page.locator("summary[data-key=a]"))
    chosen = menu.locator(".option", has_text="Bram")
    expect(chosen).to_be_visible()
    chosen.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".facts")).to_contain_text("Bram")
    expect(page.locator("#thread-head summary[data-key=a]")).to_be_focused()


def test_what_is_new_stays_marked_after_a_menu_and_after_news(visit: Open, account: Account) -> None:
    conversation = factories.make_conversation(account, messages=3)
    earlier = Message.objects.earliest("sent_at").received_at - timedelta(minutes=1)
    Message.objects.filter(pk=Message.objects.earliest("sent_at").pk).update(received_at=earlier)
    Conversation.objects.filter(pk=conversation.pk).update(seen_at=earlier)
    factories.make_user(first_name="Bram", last_name="Jansen")
    page = _live(visit(conversation.get_absolute_url()))
    expect(page.locator("#unread")).to_be_visible()
    page.keyboard.press("a")
    with page.expect_request(lambda request: request.method == "POST" and "/assign/" in request.url) as sent:
        page.locator("#thread-head .option", has_text="Bram").click()
    assert "unread=" in sent.value.url
    expect(page.locator(".facts")).to_contain_text("Bram")
    expect(page.locator("#unread")).to_be_visible()


@pytest.mark.long
def test_letters_in_a_menu_look_for_a_choice_and_act_on_nothing(visit: Open, account: Account) -> None:
    conversation = factories.make_conversation(account)
    factories.make_conversation(account)
    for name in ("Anna", "Bram", "Jeroen"):
        factories.make_user(first_name=name, last_name="Jansen")
    page = _live(visit(conversation.get_absolute_url()))
    page.keyboard.press("a")
    menu = page.locator("#thread-head details", has=page.locator("summary[data-key=a]"))
    expect(menu.locator(".option", has_text="Bram")).to_be_visible()
    menu.locator(".option").first.focus()
    page.keyboard.type("je")  # J is the next row elsewhere, and E rounds off
    expect(menu.locator(".option", has_text="Jeroen")).to_be_focused()
    expect(page.locator("#why")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator(".facts")).to_contain_text("Jeroen")
    expect(page.locator("#thread")).to_have_attribute("data-code", str(conversation.code))


@pytest.mark.long
def test_on_phone_long_answer_leaves_head_and_buttons_in_view(
    visit: Open, account: Account, conversation: Conversation, agent: User
) -> None:
    lead = factories.make_user("lead")
    description.describe(conversation, lead, kind="critic", address="u")
    assignment.assign(conversation, agent, by=lead, handover="Ze belde gisteren ook al; de kast staat in depot Tiel.")
    page = visit(conversation.get_absolute_url(), width=360, height=740)
    page.fill("#reply", "We zoeken het voor je uit bij het depot. " * 9)
    expect(page.locator("#guard .parts li").first).to_be_visible()
    assert page.locator("#thread-live").evaluate("(live) => live.scrollHeight <= live.clientHeight")
    composer = box(page.locator("#composer"))
    assert composer["y"] + composer["height"] <= 740


@pytest.mark.long
def test_on_phone_handover_note_stays_in_view_while_writing(
    visit: Open, conversation: Conversation, agent: User
) -> None:
    handover_note = (
        "Ze belde gisteren ook al, en eergisteren. De kast staat in depot Tiel; de rit van morgen zit vol. " * 4
    )
    assignment.assign(conversation, agent, by=factories.make_user("lead"), handover=handover_note)
    page = visit(conversation.get_absolute_url(), width=360, height=740)
    strip = page.locator("[data-strip=handover]")
    whole = page.get_by_label("Show all of what was handed over")
    expect(whole).to_be_hidden()
    page.fill("#reply", "We zoeken het voor je uit bij het depot. " * 9)
    expect(page.locator("#guard .parts li").first).to_be_visible()
    picture(page, "handover-line")
    expect(strip).to_contain_text("Ze belde gisteren ook al")
    assert box(strip)["height"] < 44
    whole.check()
    picture(page, "handover-whole")
    strip.locator("p").evaluate("(words) => words.parentElement.scrollTo(0, words.parentElement.scrollHeight)")
    assert box(strip)["height"] > 88
    assert strip.evaluate("(strip) => strip.scrollTop + strip.clientHeight >= strip.scrollHeight - 1")
    assert page.locator("#thread-live").evaluate("(live) => live.scrollHeight <= live.clientHeight")
    expect(page.locator("#composer [data-send]")).to_be_in_viewport(ratio=1)
    expect(page.locator("#thread-head")).to_be_in_viewport(ratio=1)
    assert barriers(page) == []
    whole.uncheck()
    assert box(strip)["height"] < 44


def test_an_empty_list_fills_by_itself(visit: Open, account: Account) -> None:
    page = _live(visit())
    conversation = factories.make_conversation(account)
    expect(page.locator(f"#row-{conversation.code}")).to_be_visible()


def test_a_row_shows_what_a_colleague_did(visit: Open, account: Account) -> None:
    conversation = factories.make_conversation(account)
    page = _live(visit())
    assignment.assign(conversation, factories.make_user(first_name="Joost", last_name="Willems"), by=None)
    expect(page.locator(f"#row-{conversation.code} .row-has")).to_have_text("JW")


def test_b7_news_joins_the_thread_and_leaves_what_i_write_alone(visit: Open, account: Account) -> None:
    message = factories.make_inbound(account, "Waar blijft mijn kast?")
    assert message.conversation is not None
    page = _live(visit(message.conversation.get_absolute_url()))
    page.fill("#reply", "Ik zoek het voor je uit")
    page.evaluate("document.getElementById('reply').setSelectionRange(3, 3)")
    factories.make_inbound(account, "Laat maar, hij is er al")
    expect(page.locator("#messages")).to_contain_text("Laat maar, hij is er al")
    expect(page.locator("#reply")).to_have_value("Ik zoek het voor je uit")
    assert page.evaluate("document.getElementById('reply').selectionStart") == 3
    expect(page.locator("[data-newer]")).to_be_visible()
    # Sent all the same: the server says what came in and gives the words back.
    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer .overtaken")).to_contain_text("Laat maar")
    expect(page.locator("#reply")).to_have_value("Ik zoek het voor je uit")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".undo")).to_be_visible()
    assert Message.objects.get(direction="outbound").state == "queued"


@pytest.mark.long
def test_a_message_seen_before_writing_needs_no_second_look(visit: Open, account: Account) -> None:
    message = factories.make_inbound(account, "Waar blijft mijn kast?")
    assert message.conversation is not None
    page = _live(visit(message.conversation.get_absolute_url()))
    factories.make_inbound(account, "Bestelling 40218")
    expect(page.locator("#messages")).to_contain_text("40218")
    page.fill("#reply", "Dank je")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".undo")).to_be_visible()


def test_everything_goes_by_key(visit: Open, account: Account, agent: User) -> None:
    for number in range(3):
        factories.make_inbound(
            account,
            f"Vraag {number}",
            author=factories.author(f"Klant{number}"),
            sent_at=factories.minutes_ago(9 - number),
        )
    page = _live(visit())
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#messages")).to_contain_text("Vraag 1")
    page.keyboard.press("m")
    expect(page.locator(".facts")).to_contain_text("you")
    page.keyboard.press("r")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type("Te snel")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#undo")).to_contain_text("To Klant1, in public")
    expect(page.locator("#reply")).to_have_value("")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(page.locator("#reply")).to_have_value(re.compile("^Te snel"))
    page.fill("#reply", "")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Alleen voor ons")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-note")).to_contain_text("Alleen voor ons")
    expect(page.locator(".htmx-swapping, .htmx-settling")).to_have_count(0)
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    expect(page.locator("#why")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".facts")).to_contain_text("Closed")
    conversation = Conversation.objects.get(messages__text="Vraag 1")
    assert (conversation.status, conversation.assignee) == ("closed", agent)
    assert not Message.objects.filter(direction="outbound").exclude(state="cancelled").exists()


@pytest.mark.long
def test_back_and_forward_walk_through_what_was_open(visit: Open, account: Account) -> None:
    first, second = factories.make_conversation(account), factories.make_conversation(account)
    page = _live(visit())
    page.click(f"#row-{first.code} .row-link")
    expect(page.locator("#thread")).to_have_attribute("data-code", str(first.code))
    page.click(f"#row-{second.code} .row-link")
    expect(page.locator("#thread")).to_have_attribute("data-code", str(second.code))
    page.go_back()
    expect(page.locator("#thread")).to_have_attribute("data-code", str(first.code))
    expect(page.locator(f"#row-{first.code} .row-link")).to_have_attribute("aria-current", "true")


@pytest.mark.long
def test_what_i_was_writing_survives_a_look_elsewhere(visit: Open, account: Account) -> None:
    first, second = factories.make_conversation(account), factories.make_conversation(account)
    page = _live(visit(first.get_absolute_url()))
    page.fill("#reply", "Half af")
    page.click(f"#row-{second.code} .row-link")
    expect(page.locator("#thread")).to_have_attribute("data-code", str(second.code))
    expect(page.locator("#reply")).to_have_value("")
    page.click(f"#row-{first.code} .row-link")
    expect(page.locator("#reply")).to_have_value("Half af")


@pytest.mark.long
def test_an_opened_conversation_is_no_longer_unread(visit: Open, account: Account) -> None:
    conversation = factories.make_conversation(account)
    page = _live(visit())
    expect(page.locator(f"#row-{conversation.code}")).to_have_class(re.compile("unread"))
    page.click(f"#row-{conversation.code} .row-link")
    expect(page.locator(f"#row-{conversation.code}")).not_to_have_class(re.compile("unread"))


@pytest.mark.long
def test_older_messages_come_when_one_scrolls_up(visit: Open, account: Account) -> None:
    conversation = factories.make_conversation(account, messages=120)
    page = visit(conversation.get_absolute_url())
    for shown in (100, 120):
        page.locator("#scroll").evaluate("element => { element.scrollTop = -element.scrollHeight }")
        expect(page.locator("#messages article")).to_have_count(shown)
    expect(page.get_by_text("Bericht 1", exact=True)).to_have_count(1)


def test_without_scripts_one_reads_answers_and_closes(visit: Open, account: Account) -> None:
    conversation = factories.make_conversation(account)
    page = visit(java_script_enabled=False)
    page.click(f"#row-{conversation.code} .row-link")
    page.fill("#reply", "Zonder scripts kan het ook")
    page.click("text=Send publicly")
    assert "Zonder scripts kan het ook" in page.inner_text("#messages")
    page.click(".undo button")
    assert page.input_value("#reply").startswith("Zonder scripts kan het ook")
    page.check('[name="tab"][value="note"]', force=True)
    page.fill("#reply", "Een notitie")
    page.click("text=Save note")
    assert "Een notitie" in page.inner_text("#messages")
    page.click('#thread-head [data-key="e"]')
    page.check('.why [value="answered_elsewhere"]')
    page.click("text=Close with this reason")
    assert "Closed" in page.inner_text(".facts")
    assert "closed as" in page.inner_text("#undo")


COUNTED = (
    "Hallo",
    "é" * 10,
    "日本語",
    "👩‍👩‍👧‍👦 en 🇳🇱",
    "zie https://www.veldhuis.nl/een/heel/lang/pad?x=1 nu",
    "regel\n\nregel",
    "“aanhaling” – streep…",
)


@pytest.mark.long
def test_the_counter_counts_as_the_server_does(visit: Open, account: Account) -> None:
    conversation = factories.make_conversation(account)
    page = visit(conversation.get_absolute_url())
    rules = RouteRules(limit=280, count="weighted")
    for text in COUNTED:
        padded = f"{text} {'a' * 240}"
        page.fill("#reply", padded)
        left = 280 - length_of(f"{padded} ^FB", rules)
        expect(page.locator("#counter")).to_have_text(f"{left} left" if left >= 0 else f"{-left} too long")


def test_a_lost_connection_is_said_and_mends_itself(visit: Open, account: Account) -> None:
    conversation = factories.make_conversation(account)
    page = _live(visit())
    page.route("**/inbox/updates/**", lambda route: route.fulfill(status=204, headers={"X-Token": "1"}))
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    expect(page.locator("#offline")).to_be_visible()
    page.unroute("**/inbox/updates/**")
    page.click('[data-act="reconnect"]')
    expect(page.locator("#offline")).to_be_hidden()
    _live(page)
    assert conversation.pk


@pytest.mark.long
def test_time_left_turns_into_lateness_while_one_looks(visit: Open, conversation: Conversation) -> None:
    page = visit("/inbox/")
    page.clock.install()
    page.reload()
    row = page.locator(f"#row-{conversation.code}")
    expect(row.locator(".wait")).to_have_class(re.compile(r"\bwait-ok\b"))
    for passed, state, said, times, words in (
        ("50:00", "soon", r"^\d+ min left$", "", "target is near"),
        ("15:00", "over", r"^\d+ min late$", "", "over target"),
        ("01:00:00", "over", r"^1 h 0\d late$", "2×", "over target"),
        ("02:00:00", "over", r"^3 h 0\d late$", "4×", "over target"),
    ):
        page.clock.fast_forward(passed)
        expect(row).to_have_class(re.compile(rf"\bdue-{state}\b"))
        expect(row.locator(".wait")).to_have_class(re.compile(rf"\bwait-{state}\b"))
        expect(row.locator(".wait time")).to_have_text(re.compile(said))
        expect(row.locator(".wait-times")).to_have_text(times)
        expect(row.locator(".wait .sr")).to_have_text(f", {words}")
