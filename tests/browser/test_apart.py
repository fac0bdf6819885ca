"""Another conversation's words stand on a card, and are answered where they were said."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from channels.models import Account
from channels.types import Visibility
from inbox.models import Conversation, Message, User
from tests import factories
from tests.browser.conftest import Open, picture, requests_of
from tests.support.profiles import cases

PRIVATE = "Mijn nummer is 0612345678, na vier uur ben ik thuis."


@pytest.fixture
def private(conversation: Conversation, account: Account) -> Conversation:
    """The same person in private, a moment later."""
    message = factories.make_inbound(account, PRIVATE, visibility=Visibility.PRIVATE, kind="dm")
    assert message.conversation is not None
    assert message.conversation.identity == conversation.identity
    return message.conversation


@cases("width", [360, 768, 1440])
def test_private_words_in_a_public_case_are_a_card(
    visit: Open, conversation: Conversation, private: Conversation, width: int
) -> None:
    page = visit(conversation.get_absolute_url(), width=width, height=900)
    card = page.locator("#messages > .apart")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Private, in another conversation")
    expect(card).to_contain_text(PRIVATE)
    # The composer answers what was said in this conversation.
    expect(page.locator("#answers")).to_contain_text("Mijn kast is nog steeds niet bezorgd")
    expect(page.locator('[name="tab"][value="public"]')).to_be_checked()
    picture(page, f"apart-{width}")
    card.get_by_role("link", name="Answer in private").click()
    expect(page.locator('[name="tab"][value="private"]')).to_be_checked()
    expect(page.locator("#answers")).to_contain_text("in private")
    expect(card.locator(".apart-now")).to_be_visible()
    page.keyboard.type("We bellen je na vieren.")
    expect(page.locator("#answers")).to_be_visible()
    picture(page, f"apart-answered-{width}")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages .msg-out")).to_contain_text("We bellen je na vieren.")
    sent = Message.objects.get(direction="outbound")
    assert (sent.conversation, sent.visibility) == (private, "private")


@pytest.mark.long
def test_a_public_answer_to_private_words_has_no_button(
    visit: Open, conversation: Conversation, private: Conversation
) -> None:
    page = visit(conversation.get_absolute_url())
    page.locator(".apart-acts").get_by_role("link", name="Answer in private").click()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("We bellen je.")
    expect(page.locator(".held-back")).to_contain_text("Karin wrote this in private.")
    expect(page.locator("[data-send]")).to_be_hidden()
    expect(page.locator("[data-send-close]")).to_be_hidden()
    picture(page, "held-back")
    sent = requests_of(page, "/reply/")
    for keys in ("Control+Enter", "Control+Shift+Enter", "Control+Alt+Enter"):
        page.keyboard.press(keys)
    page.locator(".held-back").get_by_role("link", name="Answer what they wrote at").click()
    expect(page.locator(".held-back")).to_be_hidden()
    assert sent == []
    assert not Message.objects.filter(direction="outbound").exists()
    page.keyboard.press("Control+Enter")
    expect(page.locator("#undo [data-undo]")).to_be_visible()
    assert len(sent) == 1
    assert Message.objects.get(direction="outbound").reply_to == conversation.messages.get(direction="inbound")


@pytest.mark.long
def test_public_words_in_a_private_case_lead_there(
    visit: Open, conversation: Conversation, private: Conversation
) -> None:
    page = visit(private.get_absolute_url())
    card = page.locator("#messages > .apart")
    expect(card).to_contain_text("Public, in another conversation")
    card.get_by_role("link", name="Answer in public").click()
    expect(page.locator("#thread")).to_have_attribute("data-code", str(conversation.code))
    expect(page.locator("#answers")).to_contain_text("Mijn kast is nog steeds niet bezorgd")


@pytest.mark.long
def test_the_composer_follows_what_comes_in(
    visit: Open, account: Account, conversation: Conversation, private: Conversation
) -> None:
    page = visit(conversation.get_absolute_url())
    expect(page.locator("#live .live-word")).to_have_text("Live")
    factories.make_inbound(account, "Nog steeds niets hoor", visibility=Visibility.PRIVATE, kind="dm")
    expect(page.locator("#messages > .apart").last).to_contain_text("Nog steeds niets hoor")
    expect(page.locator("#answers")).to_contain_text("Mijn kast is nog steeds niet bezorgd")
    newest = factories.make_inbound(account, "Hallo, is daar iemand?")
    expect(page.locator("#answers")).to_contain_text("Hallo, is daar iemand?")
    expect(page.locator("#composer [name=reply_to]")).to_have_value(str(newest.code))


def test_first_private_words_come_into_the_open_public_case(
    visit: Open, account: Account, conversation: Conversation
) -> None:
    page = visit(conversation.get_absolute_url())
    expect(page.locator("#live .live-word")).to_have_text("Live")
    # The page has heard of this case before, so that it is not named again.
    # Its token says nothing here: it stands still while another test's transaction runs beside this one.
    for number in ("1", "2"):
        factories.make_conversation(account)
        expect(page.locator("#pill span")).to_contain_text(number)
    message = factories.make_inbound(account, PRIVATE, visibility=Visibility.PRIVATE, kind="dm")
    assert message.conversation is not None
    assert message.conversation.identity == conversation.identity
    expect(page.locator("#messages > .apart")).to_contain_text(PRIVATE)


@pytest.mark.long
def test_after_a_note_the_next_words_are_a_note_too(visit: Open, conversation: Conversation, agent: User) -> None:
    page = visit(conversation.get_absolute_url())
    page.keyboard.press("n")
    page.keyboard.type("Belde ook al")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-note")).to_contain_text("Belde ook al")
    # The note may stand in the thread, by the news, before the composer is answered.
    expect(page.locator("#reply")).to_have_value("")
    expect(page.locator("#reply")).to_be_focused()
    expect(page.locator('[name="tab"][value="note"]')).to_be_checked()
    page.keyboard.type("en is boos")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-note").nth(1)).to_contain_text("en is boos")
    assert not Message.objects.filter(direction="outbound").exists()


def test_words_typed_while_sending_go_on_in_the_composer(visit: Open, conversation: Conversation) -> None:
    page = visit(conversation.get_absolute_url())
    held: list[Route] = []
    page.route("**/reply/**", lambda route: held.append(route))
    page.keyboard.press("n")
    page.keyboard.type("Belde ook al")
    with page.expect_request("**/reply/**"):
        page.keyboard.press("Control+Enter")
    page.keyboard.type(" en is boos")
    held[0].continue_()
    expect(page.locator(".msg-note")).to_contain_text("Belde ook al")
    expect(page.locator("#reply")).to_have_value(" en is boos")
    expect(page.locator("#reply")).to_be_focused()


@pytest.mark.long
def test_on_a_phone_the_answered_message_stays_named(visit: Open, conversation: Conversation) -> None:
    for width, height in ((360, 740), (720, 450)):  # a phone; 1440 × 900 at 200 %
        page = visit(conversation.get_absolute_url(), width=width, height=height)
        expect(page.locator("#answers")).to_be_visible()
        page.fill("#reply", "Dag Karin,\nwe zoeken het uit.")
        page.focus("#reply")
        expect(page.locator("#answers")).to_be_visible()
