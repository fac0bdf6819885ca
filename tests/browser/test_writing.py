"""Writing in a real browser: by keyboard, with the guard, drafts and canned replies."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from inbox.library import guidelines
from inbox.models import CannedReply, CannedText, Conversation, Draft, Guideline, Message, User
from tests import factories
from tests.browser.boxes import box
from tests.browser.conftest import Open, picture
from tests.support.barriers import barriers_in_both_themes
from tests.support.files import PIXEL
from tests.support.profiles import cases

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_d4_personal_data_is_seen_and_one_key_goes_private(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.keyboard.press("r")
    page.keyboard.type("Wat vervelent, we bellen je op 06-12345678.")
    expect(page.locator("#guard")).to_contain_text("Personal data in public")
    expect(page.locator("#guard")).to_contain_text("Spelling: one word.")
    expect(page.locator("#reply")).to_be_focused()
    picture(page, "guard")
    page.click('[data-fix="vervelend"]')
    expect(page.locator("#reply")).to_have_value("Wat vervelend, we bellen je op 06-12345678.")
    expect(page.locator("#guard")).not_to_contain_text("Spelling")
    with page.expect_response("**/reply/**"):
        page.keyboard.press("Control+Enter")
    expect(page.locator("#guard .saved")).to_have_count(0)  # the held answer is shown, with its hints
    expect(page.locator("[data-anyway]")).to_be_visible()
    assert not Message.objects.filter(direction="outbound").exists()
    page.keyboard.press("Alt+p")
    expect(page.locator('[data-tab="private"]')).to_be_checked()
    expect(page.locator("#guard")).not_to_contain_text("Personal data")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".undo")).to_be_visible()
    assert Message.objects.get(direction="outbound").visibility == "private"


def test_a_key_in_the_moment_of_a_swap_is_heard(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.fill("#reply", "We bellen je op 06-12345678.")
    expect(page.locator("[data-anyway]")).to_be_visible()
    page.evaluate(
        """document.addEventListener("htmx:afterSwap", ({ detail }) => {
          if (detail.requestConfig?.elt?.id !== "composer") return;
          setTimeout(() => document.querySelector('[data-tab="private"]').click());
        })"""
    )
    page.focus("#reply")
    page.keyboard.press("Control+Enter")
    expect(page.locator('[data-tab="private"]')).to_be_checked()
    expect(page.locator("#guard")).not_to_contain_text("Personal data")


def test_d4_words_given_back_on_another_row_are_looked_at(visit: Open, conversation: Conversation) -> None:
    other = factories.make_inbound(conversation.account, author=factories.author("Fatima")).conversation
    assert other is not None
    page = visit(other.get_absolute_url())
    page.evaluate(
        "code => sessionStorage.setItem(`draft:${code}`, JSON.stringify({ text: 'Bel 06-12345678.', tab: 'public' }))",
        str(conversation.code),
    )
    page.click(f'#list a[href*="{conversation.code}"]')
    expect(page.locator("#reply")).to_have_value("Bel 06-12345678.")
    expect(page.locator("#guard")).to_contain_text("Personal data in public")


@pytest.mark.long
def test_d4_send_anyway_by_key(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.fill("#reply", "We bellen je op 06-12345678.")
    expect(page.locator("[data-anyway]")).to_be_visible()
    page.focus("#reply")
    page.keyboard.press("Alt+Enter")
    expect(page.locator(".undo")).to_be_visible()
    expect(page.locator("#reply")).to_have_value("")


def test_a_draft_survives_a_reload_and_a_crash(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.fill("#reply", "Ik zoek het voor je uit.")
    expect(page.locator("#guard .saved")).to_contain_text("Draft saved")
    assert Draft.objects.get().text == "Ik zoek het voor je uit."
    # Another browser of the same person: the words came from the server.
    again = visit(conversation.get_absolute_url())
    expect(again.locator("#reply")).to_have_value("Ik zoek het voor je uit.")
    again.focus("#reply")
    again.keyboard.press("Control+Enter")
    expect(again.locator("#reply")).to_have_value("")
    assert not Draft.objects.exists()


@pytest.mark.long
def test_e5_slash_opens_canned_replies_and_selects_the_gap(visit: Open, conversation: Conversation) -> None:
    for title, text in (("Bezorging", "Dag {first_name}, hij komt [[wanneer]]."), ("Retour", "Terugsturen mag.")):
        CannedText.objects.create(canned=CannedReply.objects.create(title=title), text=text)
    page = visit(conversation.get_absolute_url())
    page.keyboard.press("r")
    page.keyboard.press("/")
    expect(page.locator("#reply")).to_be_focused()
    expect(page.locator(".canned-option")).to_have_count(2)
    picture(page, "canned")
    page.keyboard.type("bezorg")
    expect(page.locator("#reply")).to_have_value("/bezorg")
    expect(page.locator(".canned-option")).to_have_count(1)
    expect(page.locator(".canned-option")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_be_focused()
    expect(page.locator("#reply")).to_have_value("Dag Karin, hij komt [[wanneer]].")
    page.keyboard.type("morgen om negen uur")
    expect(page.locator("#reply")).to_have_value("Dag Karin, hij komt morgen om negen uur.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".undo")).to_be_visible()
    assert Message.objects.get(direction="outbound").canned_use.canned.title == "Bezorging"


def _beside_the_words(page: Page, panel: str) -> None:
    """The panel lies in the window, and none of it on the field in which somebody writes."""
    words, over = box(page.locator("#reply")), box(page.locator(panel))
    size = page.viewport_size
    assert size is not None
    assert over["y"] + over["height"] <= words["y"], "it covers what is being written"
    assert over["x"] >= 0 and over["y"] >= 0 and over["x"] + over["width"] <= size["width"]


@pytest.mark.long
@cases(
    ("width", "height", "times"),
    [(360, 740, 20), (1440, 900, 1), (768, 1024, 20), (360, 740, 1), (1440, 900, 20), (768, 1024, 1)],
    quick=2,
)
def test_e5_words_stay_in_view_while_a_list_is_open(
    visit: Open, conversation: Conversation, width: int, height: int, times: int
) -> None:
    for number in range(12):
        made = CannedReply.objects.create(title=f"Retour {number}")
        CannedText.objects.create(canned=made, text="Terugsturen mag binnen dertig dagen. " * 4)
    page = visit(conversation.get_absolute_url(), width=width, height=height)
    page.fill("#reply", "Dag Karin, we zoeken het voor je uit. " * times)
    expect(page.locator("#guard .saved")).to_be_visible()  # nothing moves after this
    page.focus("#reply")
    page.keyboard.press("/")
    expect(page.locator(".canned-option").first).to_be_in_viewport()
    _beside_the_words(page, "[data-canned-box] > .canned-panel")
    picture(page, f"canned-{width}-{times}")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+j")
    expect(page.locator("#emoji-list [role=option]").first).to_be_in_viewport()
    _beside_the_words(page, ".emoji-panel")
    picture(page, f"emoji-{width}-{times}")


@pytest.mark.long
def test_e5_list_works_without_room_above_the_words(visit: Open, conversation: Conversation) -> None:
    CannedText.objects.create(canned=CannedReply.objects.create(title="Retour"), text="Terugsturen mag.")
    page = visit(conversation.get_absolute_url(), width=740, height=280)
    page.fill("#reply", "Dag Karin,\n" * 6)
    page.focus("#reply")
    page.keyboard.press("/")
    expect(page.locator("#canned-search")).to_be_in_viewport(ratio=1)
    expect(page.locator(".canned-option")).to_be_in_viewport(ratio=0.9)
    picture(page, "canned-low")


@pytest.mark.long
def test_e5_escape_leaves_the_list_and_the_words_alone(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.fill("#reply", "Dag ")
    page.focus("#reply")
    page.keyboard.press("/")
    expect(page.locator("[data-canned-box] > .canned-panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-canned-box] > .canned-panel")).to_be_hidden()
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type("en 24/7 open")
    expect(page.locator("#reply")).to_have_value("Dag /en 24/7 open")


@pytest.mark.long
def test_a11_picture_has_preview_and_survives_a_hint(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.fill("#reply", "Bel 06-12345678, zie de foto.")
    page.set_input_files('[name="attached"]', {"name": "kast.png", "mimeType": "image/png", "buffer": PIXEL})
    expect(page.locator(".previews img")).to_be_visible()
    page.fill('[name="alt"]', "Een kast")
    page.focus("#reply")
    with page.expect_response(lambda answer: "/reply/" in answer.url):
        page.keyboard.press("Control+Enter")
    expect(page.locator("[data-anyway]")).to_be_visible()
    expect(page.locator(".previews span")).to_have_text("kast.png")
    expect(page.locator('[name="alt"]')).to_have_value("Een kast")
    page.click("[data-anyway]")
    expect(page.locator(".undo")).to_be_visible()
    assert Message.objects.get(direction="outbound").attachments.get().alt_text == "Een kast"


@pytest.mark.long
def test_e7_guidelines_open_with_one_key(visit: Open, conversation: Conversation) -> None:
    lead: User = factories.make_user("lead")
    guidelines.write(Guideline(title="Toon"), "Wees aardig.", lead)
    page = visit(conversation.get_absolute_url())
    expect(page.locator(".has-new")).to_be_visible()
    page.keyboard.press("h")
    expect(page.locator("dialog#guidelines")).to_contain_text("Wees aardig.")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#guidelines")).to_be_hidden()
    expect(page.locator(".has-new")).to_have_count(0)


@pytest.mark.long
def test_a9_the_numbered_thread_is_previewed(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    page.fill("#reply", "We zoeken het voor je uit bij het depot. " * 9)
    expect(page.locator("#guard .parts li")).to_have_count(2)
    expect(page.locator("#guard .parts li").last).to_contain_text("2/2 ^FB")


@pytest.mark.long
@pytest.mark.thorough
def test_axe_finds_nothing_in_the_hints_and_the_lists(visit: Open, conversation: Conversation) -> None:
    made = CannedReply.objects.create(title="Bezorging")
    CannedText.objects.create(canned=made, text="Dag {first_name}, [[wanneer]] {order}")
    before = factories.make_inbound(conversation.account, "Mijn kast niet bezorgd", author=factories.author("Wil"))
    assert before.conversation is not None
    factories.make_answer(before.conversation, factories.make_user(), text="Hij komt.")
    page = visit(conversation.get_absolute_url())
    page.fill("#reply", "Wat vervelent, we bellen je op 06-12345678. " * 8)
    expect(page.locator("#guard .parts li")).to_have_count(2)
    assert barriers_in_both_themes(page) == []
    page.click("[data-canned-box] summary")
    expect(page.locator(".canned-option")).to_have_count(2)
    assert barriers_in_both_themes(page) == []
    site = page.url.split("/inbox/")[0]
    for address in ("canned/", "canned/add/", "guidelines/", "words/"):
        page.goto(f"{site}/settings/{address}")
        assert barriers_in_both_themes(page) == []


@pytest.mark.long
@cases("words", ["ma /di en wo, of anders do", "ma / di", "9:00 /17:00", "en/of", "/\n", "http://a.nl/b /c?d"], quick=2)
def test_no_slash_swallows_words(visit: Open, conversation: Conversation, words: str) -> None:
    for title in ("Bezorging", "Di en wo gesloten"):
        text = "Dat kan tussen 9:00 en 17:00."
        CannedText.objects.create(canned=CannedReply.objects.create(title=title), text=text)
    page = visit(conversation.get_absolute_url())
    page.keyboard.press("r")
    page.keyboard.type(words)
    expect(page.locator("#canned-search.htmx-request")).to_have_count(0)  # whatever is looked for has come
    page.keyboard.press("Escape")
    expect(page.locator("#reply")).to_have_value(words)


@pytest.mark.long
def test_a_slash_opens_at_a_line_or_after_a_space_only(visit: Open, conversation: Conversation) -> None:
    CannedText.objects.create(canned=CannedReply.objects.create(title="Retour"), text="Terugsturen mag.")
    page = visit(conversation.get_absolute_url())
    panel = page.locator("[data-canned-box] > .canned-panel")
    page.keyboard.press("r")
    page.keyboard.type("en/")
    expect(panel).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.type("/")
    expect(panel).to_be_visible()
    page.keyboard.press("Backspace")
    expect(panel).to_be_hidden()
    page.keyboard.type("Dag /ret")
    expect(page.locator(".canned-option")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    expect(page.locator("#reply")).to_have_value("en/\nDag Terugsturen mag.")
    page.keyboard.press("Control+z")  # what was put in is undone like typed words
    expect(page.locator("#reply")).to_have_value("en/\nDag /ret")
