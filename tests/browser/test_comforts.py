"""What makes writing pleasant and teaches a newcomer, in a real browser: emoji, ring, names, files, keys, hints."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from channels.models import Account
from inbox.models import Attachment, Conversation, Notification, User
from tests import factories
from tests.browser.boxes import box
from tests.browser.conftest import Open, picture, requests_of
from tests.support.barriers import barriers
from tests.support.files import PIXEL
from tests.support.profiles import cases

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _emoji(page: Page) -> None:
    page.keyboard.press("Alt+j")
    expect(page.locator("#emoji-search")).to_be_focused()
    expect(page.locator("#emoji-list [role=option]").first).to_be_visible()


@pytest.mark.long
def test_emoji_is_found_by_word_and_inserted_at_the_cursor(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.keyboard.press("r")
    page.keyboard.type("Dank  groet")
    for _step in range(6):
        page.keyboard.press("ArrowLeft")
    _emoji(page)
    picture(page, "emoji")
    assert barriers(page) == []
    page.keyboard.type("gevouwen")  # a Dutch word for an English reader
    expect(page.locator("#emoji-list [role=option]:visible")).to_have_count(1)
    expect(page.locator("#emoji-list [aria-selected=true]")).to_have_attribute("aria-label", "folded hands")
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_be_focused()
    expect(page.locator("#reply")).to_have_value("Dank 🙏 groet")
    # What was used last stands first; arrows move about in lines.
    _emoji(page)
    expect(page.locator("#emoji-list [role=group]").first).to_have_attribute("aria-label", "Used last")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#emoji-list [aria-selected=true]")).to_have_text("🙏")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#emoji-list [aria-selected=true]")).to_have_text("😀")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#emoji-list [aria-selected=true]")).to_have_text("😃")
    page.keyboard.press("Escape")
    expect(page.locator("#reply")).to_be_focused()
    expect(page.locator("#reply")).to_have_value("Dank 🙏 groet")


@pytest.mark.long
def test_an_emoji_takes_the_chosen_skin_tone_and_counts(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.fill("#reply", "a" * 270)
    page.focus("#reply")
    expect(page.locator("#counter")).to_have_text("6 left")  # with " ^FB" below it
    page.click("[data-emoji-box] > summary")
    page.click('[data-tone="🏽"]')
    page.keyboard.type("thumbs up")
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_have_value("a" * 270 + "👍🏽")
    expect(page.locator("#counter")).to_have_text("4 left")
    page.reload()
    page.focus("#reply")
    _emoji(page)
    page.keyboard.type("zzz")
    expect(page.locator(".emoji-none")).to_have_text("Nothing with “zzz”.")
    page.keyboard.press("Enter")
    expect(page.locator("#emoji-search")).to_be_focused()


@pytest.mark.long
def test_enter_waits_for_emoji_on_their_way(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    held: list[Route] = []
    page.route("**/inbox/emoji/**", lambda route: held.append(route))
    page.focus("#reply")
    with page.expect_request("**/inbox/emoji/**"):
        page.keyboard.press("Alt+j")
    expect(page.locator("#emoji-search")).to_be_focused()
    page.keyboard.type("folded hands")
    page.keyboard.press("Enter")
    expect(page.locator("#emoji-search")).to_be_focused()
    held[0].continue_()
    expect(page.locator("#reply")).to_have_value("🙏")
    expect(page.locator("#reply")).to_be_focused()


@pytest.mark.long
def test_without_scripts_there_is_no_emoji_button(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url(), java_script_enabled=False)
    expect(page.locator("#reply")).to_be_visible()
    expect(page.locator("[data-emoji-box]")).to_be_hidden()


@pytest.mark.long
def test_counter_ring_is_announced_at_thresholds_only(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.focus("#reply")
    page.evaluate(
        """() => { window.told = [];
        new MutationObserver(() => window.told.push(document.getElementById("counter-told").textContent))
          .observe(document.getElementById("counter-told"), { childList: true }); }"""
    )
    ring = page.locator("#counter .ring circle + circle")
    expect(page.locator("#counter")).to_be_hidden()
    page.keyboard.insert_text("a" * 136)
    expect(ring).to_have_attribute("stroke-dasharray", "50 100")
    expect(page.locator("#counter")).to_have_text("")
    expect(page.locator("#counter")).to_have_attribute("aria-live", "off")
    page.keyboard.insert_text("a" * 90)
    for _key in range(3):
        page.keyboard.type("b")
    expect(page.locator("#counter")).to_have_text("47 left")
    expect(page.locator("#counter")).to_have_class("counter if-answer near")
    picture(page, "ring-near")
    page.keyboard.insert_text("c" * 50)
    page.keyboard.type("d")
    expect(page.locator("#counter")).to_have_text("4 too long")
    expect(page.locator("#counter")).to_have_class("counter if-answer over")
    picture(page, "ring-over")
    assert page.evaluate("window.told") == ["50 left", "3 too long"]


@pytest.mark.long
def test_a_name_after_an_at_sign_is_chosen_from_the_colleagues(
    visit: Open, conversation: Conversation, agent: User
) -> None:
    sanne = factories.make_user("lead", first_name="Sanne", last_name="Kuipers")
    factories.make_user(first_name="Joost", last_name="Willems")
    page = visit(conversation.get_absolute_url())
    page.keyboard.press("n")
    page.keyboard.type("Kan @")
    options = page.locator("#mention-list [role=option]:visible")
    expect(options).to_have_count(2)
    picture(page, "mention")
    assert barriers(page) == []
    page.keyboard.press("ArrowDown")
    expect(page.locator("#mention-list [aria-selected=true]")).to_contain_text("Sanne")
    page.keyboard.press("Escape")
    expect(page.locator("#mention-list")).to_be_hidden()
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type("kui")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_have_value("Kan @Sanne Kuipers ")
    page.keyboard.type("dit doen? iemand@")
    expect(page.locator("#mention-list")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages .msg-note mark")).to_have_text("@Sanne Kuipers")
    assert Notification.objects.get(user=sanne).kind == "mention"


@pytest.mark.long
def test_an_at_sign_in_an_answer_offers_nobody(visit: Open, conversation: Conversation) -> None:
    factories.make_user(first_name="Joost")
    page = visit(conversation.get_absolute_url())
    asked = requests_of(page, "/colleagues/")
    page.keyboard.press("r")
    page.keyboard.type("@jo")
    expect(page.locator("#guard .saved")).to_be_visible()  # the draft is kept, after everything else typing does
    expect(page.locator("#mention-list")).to_be_hidden()
    assert asked == []


_DROP = """([names, type, kind]) => {
  const carried = new DataTransfer();
  const bytes = Uint8Array.from(atob("PIXEL"), (letter) => letter.charCodeAt(0));
  for (const name of names) carried.items.add(new File([bytes], name, { type }));
  const place = document.getElementById("reply");
  if (kind === "paste") {
    place.dispatchEvent(new ClipboardEvent("paste", { clipboardData: carried, bubbles: true, cancelable: true }));
    return true;
  }
  const event = new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true });
  return !place.dispatchEvent(event);
}""".replace("PIXEL", base64.b64encode(PIXEL).decode())


@pytest.mark.long
def test_a_dropped_file_and_a_pasted_picture_are_attached(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.fill("#reply", "Kijk maar")
    assert page.evaluate(_DROP, [["kast.png"], "image/png", "dragover"])
    expect(page.locator(".composer-box")).to_have_class("composer-box is-drop")
    picture(page, "drop")
    page.evaluate(_DROP, [["kast.png"], "image/png", "drop"])
    expect(page.locator(".composer-box")).to_have_class("composer-box")
    expect(page.locator(".previews li")).to_have_count(1)
    page.evaluate(_DROP, [["image.png"], "image/png", "paste"])
    expect(page.locator(".previews li span")).to_have_text(["kast.png", "image.png"])
    picture(page, "dropped")
    page.evaluate(_DROP, [["virus.exe"], "application/x-msdownload", "drop"])
    expect(page.locator(".toast-error")).to_contain_text("“virus.exe” cannot be sent along here.")
    expect(page.locator(".previews li")).to_have_count(2)
    with page.expect_response("**/reply/**"):
        page.keyboard.press("Control+Enter")
    expect(page.locator(".undo")).to_be_visible()
    assert Attachment.objects.count() == 2


@pytest.mark.long
def test_a_file_dropped_on_a_note_is_refused_and_the_page_stays(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.keyboard.press("n")
    page.keyboard.type("Zie foto")
    assert page.evaluate(_DROP, [["kast.png"], "image/png", "drop"])
    expect(page.locator(".toast-error")).to_contain_text("No files can be sent along here.")
    expect(page.locator("#reply")).to_have_value("Zie foto")


@pytest.mark.long
def test_mood_and_contact_note_have_keys(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    expect(page.locator("#reply")).to_be_visible()
    page.keyboard.press("s")
    page.keyboard.press("1")
    expect(page.locator('#contact [data-key="s1"]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#say")).to_have_text("Mood: angry.")
    conversation.refresh_from_db()
    assert conversation.mood == "angry"
    page.keyboard.press("Shift+N")
    expect(page.locator("#contact-note")).to_be_focused()
    narrow = visit(conversation.get_absolute_url(), width=768)
    expect(narrow.locator("#contact")).to_be_hidden()
    narrow.keyboard.press("Shift+N")
    expect(narrow.locator("#contact-note")).to_be_focused()


@pytest.mark.long
def test_snoozing_until_a_moment_from_the_menu(visit: Open, account: Account, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.keyboard.press("z")
    picture(page, "snooze")
    assert barriers(page) == []
    day = timezone.localdate() + timedelta(days=5)
    moment = page.locator("#thread-head .snooze-at input:visible")
    moment.fill(f"{day}T08:15")
    # What comes in meanwhile does not take the menu away from under one's hands.
    with page.expect_response("**/thread/**"):
        factories.make_inbound(account, "Hallo?")
    expect(page.locator("#messages")).to_contain_text("Hallo?")
    expect(moment).to_have_value(f"{day}T08:15")
    page.locator("#thread-head .snooze-at button:visible").click()
    expect(page.locator("#thread-head .facts")).to_contain_text("Snoozed until")
    conversation.refresh_from_db()
    assert conversation.snoozed_until is not None
    assert timezone.localtime(conversation.snoozed_until).strftime("%H:%M") == "08:15"


@pytest.mark.long
def test_a12_newcomer_sends_a_first_answer_in_five_minutes(visit: Open, account: Account) -> None:
    factories.make_inbound(account, "Hebben jullie deze kast ook in eiken?")
    began = timezone.now()
    nadia = factories.make_user(first_name="Nadia", language="en", first_steps_from=began)
    page = visit(person=nadia)
    card = page.locator("#first-steps")
    expect(card).to_contain_text("0 of 3")
    picture(page, "steps")
    assert barriers(page) == []
    page.click("#row-list .row-link")
    expect(card).to_contain_text("1 of 3")
    page.fill("#reply", "Dag Karin, ik zoek het voor je uit.")
    page.click("[data-send]")
    expect(page.locator(".undo")).to_be_visible()
    expect(card).to_contain_text("2 of 3")
    picture(page, "steps-2")
    page.click('#thread-head [data-key="e"]')
    expect(card).to_contain_text("You know the way now")
    assert barriers(page, within="#first-steps") == []
    assert timezone.now() - began < timedelta(minutes=5)
    page.click("#first-steps button")
    expect(card).to_have_count(0)
    page.reload()
    expect(card).to_have_count(0)


@pytest.mark.long
def test_third_click_on_one_button_tells_its_key_once(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    hint = page.locator("#key-hint")
    note = page.locator('#composer .tab:has([data-tab="note"])')
    public = page.locator('#composer .tab:has([data-tab="public"])')
    for _turn in range(2):
        note.click()
        public.click()
    expect(hint).to_be_hidden()
    note.click()
    expect(hint).to_have_text("Next time with a key? Note: N")
    picture(page, "hint")
    assert barriers(page) == []
    page.click("#key-hint button")
    expect(hint).to_be_hidden()
    for _turn in range(4):
        note.click()
    expect(hint).to_be_hidden()
    page.keyboard.press("Escape")
    for _turn in range(4):  # by key nobody needs a hint
        page.keyboard.press("r")
        page.keyboard.press("Escape")
    expect(hint).to_be_hidden()


@pytest.mark.long
@cases("scheme", ["dark", "light"])
def test_on_phone_composer_is_one_line_until_used(visit: Open, account: Account, scheme: str) -> None:
    name = "Wilhelmina-Alexandrina van der Meer-de Oude Hengel tot Wateringen"
    found = factories.make_inbound(
        account, "lang verhaal " * 300, author=factories.author(name, handle="wilhelmina_alexandrina_vdm")
    ).conversation
    assert found is not None
    page = visit(found.get_absolute_url(), width=360, height=740, color_scheme=scheme)
    picture(page, f"phone-folded-{scheme}")
    assert box(page.locator("#reply"))["height"] < 60
    expect(page.locator(".composer-tools")).to_be_hidden()
    page.click("#reply")
    for tool in ("[data-canned-box] > summary", "[data-emoji-box] > summary", ".attach", "[data-send]"):
        place = box(page.locator(f"#composer {tool}"))
        assert min(place["width"], place["height"]) >= 40, tool
        assert place["x"] >= 0 and place["x"] + place["width"] <= 360, tool
    page.fill("#reply", "Dag Wilhelmina. " * 250)
    picture(page, f"phone-open-{scheme}")
    assert box(page.locator("#composer"))["height"] < 500
    page.click("[data-emoji-box] > summary")
    expect(page.locator("#emoji-list [role=option]").first).to_be_visible()
    panel = box(page.locator(".emoji-panel"))
    assert panel["x"] >= 0 and panel["y"] >= 0 and panel["x"] + panel["width"] <= 360
    picture(page, f"phone-emoji-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert barriers(page) == []


@pytest.mark.long
def test_an_admin_without_accounts_is_led_to_connecting_one(visit: Open, agent: User) -> None:
    admin = factories.make_user("admin", language="nl", first_steps_from=timezone.now())
    page = visit(person=admin)
    expect(page.locator(".empty .btn-main")).to_have_text("Koppel een account")
    picture(page, "no-accounts")
    assert barriers(page) == []
    page.click(".empty .btn-main")
    expect(page.locator("h1")).to_be_visible()
