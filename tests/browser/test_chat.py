"""A visitor on the shop's page and an agent in the inbox, each in a browser of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect

from channels.intake import chats
from channels.models import Account, ChatSite
from inbox.models import Conversation, Message, Presence, User
from inbox.outbox import deliver
from inbox.routing import presence
from tests.browser.conftest import Open, picture, requests_of
from tests.support.barriers import barriers
from tests.support.chat import make_chat
from tests.support.sandbox_accounts import control

if TYPE_CHECKING:
    from sandbox.testing import Running

KEPT = "() => localStorage.length + sessionStorage.length + document.cookie.length"


@pytest.fixture
def chat(site: str, sandbox: Running, agent: User) -> Account:
    """A chat on the sandbox's shop, with somebody at work."""
    account = make_chat(origin=sandbox.url)
    greeting = {"greeting_nl": "Twijfel je over de stof?", "greet_after": 1, "greet_on": "/fjord"}
    ChatSite.objects.filter(account=account).update(**greeting)
    told = {"script": f"{site}/chat/widget.js", "account": str(account.code)}
    control(sandbox, "POST", "/control/settings", chat=told)
    presence.choose(agent, Presence.State.PRESENT)
    return account


@pytest.fixture
def shop(chat: Account, sandbox: Running, new_context: Callable[..., BrowserContext]) -> Page:
    """A visitor's page. `page.complaints` holds what the browser complained of: the policy above all."""
    page = new_context(viewport={"width": 1440, "height": 900}).new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.complaints = complaints  # type: ignore[attr-defined]  # for the tests here
    page.goto(f"{sandbox.url}/shop/fjord-hoekbank/")
    return page


def ask(shop: Page, text: str) -> None:
    """Open the chat by key and write."""
    shop.locator("webcare-chat button.open").focus()
    shop.keyboard.press("Enter")
    expect(shop.locator("webcare-chat textarea#text")).to_be_focused()
    shop.keyboard.type(text)
    shop.keyboard.press("Enter")
    expect(shop.locator("webcare-chat .you", has_text=text)).to_contain_text("Afgeleverd")


def come_in(chat: Account) -> Conversation:
    """Let what was written come in, as the worker does."""
    chats.take_in(chat.pk)
    return Conversation.objects.get(account=chat)


def types_until(shop: Page, seen: Callable[[], bool]) -> None:
    """Go on typing, as people do: what is told of it is gone after seconds."""
    for _turn in range(40):
        shop.keyboard.type("a")
        shop.wait_for_timeout(500)
        if seen():
            return
    raise AssertionError("Nobody was told that somebody types.")


def leave(chat: Account) -> None:
    """Let what was answered leave, as the worker does."""
    Message.objects.filter(account=chat, state="queued").update(send_after=None)
    for pk in Message.objects.filter(account=chat, state="queued").values_list("pk", flat=True):
        deliver.deliver(pk)


def test_an_answer_stands_on_the_site_without_reload(chat: Account, shop: Page, visit: Open) -> None:
    expect(shop.locator("webcare-chat button.open")).to_contain_text("We zijn er")
    assert shop.evaluate(KEPT) == 0
    ask(shop, "Past deze hoekbank door een deur van 78 cm?")
    expect(shop.locator("webcare-chat .us").first).to_contain_text("Twijfel je over de stof?")
    conversation = come_in(chat)
    page = visit(conversation.get_absolute_url())
    expect(page.locator("#messages")).to_contain_text("Past deze hoekbank door een deur van 78 cm?")
    expect(page.locator("#messages")).to_contain_text("Fjord hoekbank")
    expect(page.locator("#contact")).to_contain_text("Began on")
    expect(page.locator("#looking")).to_contain_text("is on the site")
    reach = page.locator("[data-reach]")  # only who is gone has to be told of
    expect(reach).to_be_hidden()
    # In one step, of whoever stands there now: each word of who is there draws them anew.
    shown = page.evaluate(
        """() => {
          const here = [...document.querySelectorAll(".looker.is-here")];
          here.forEach((looker) => looker.classList.remove("is-here"));
          const reach = document.querySelector("[data-reach]");
          const shown = reach.checkVisibility() ? reach.innerText : "";
          here.forEach((looker) => looker.classList.add("is-here"));
          return shown;
        }"""
    )
    assert "they see your answer when they come back" in shown
    expect(page.locator("#live .live-word")).to_have_text("Live")
    page.keyboard.press("r")
    page.keyboard.type("Ja, hij komt in drie delen.")
    expect(shop.locator("webcare-chat .us").last).to_contain_text("schrijft")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages .msg-out", has_text="drie delen")).to_be_visible()
    expect(page.locator("#reply")).to_be_focused()  # both sit at it: one writes on
    page.keyboard.press("Control+z")
    expect(page.locator("#reply")).to_have_value("Ja, hij komt in drie delen.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages .msg-out", has_text="drie delen")).to_be_visible()
    leave(chat)
    expect(shop.locator("webcare-chat .us", has_text="Ja, hij komt in drie delen.")).to_be_visible()
    expect(shop.locator("webcare-chat .you").last).to_contain_text("Gelezen")
    types_until(shop, lambda: page.locator("#looking").get_by_text("is writing").is_visible())
    picture(shop, "chat-open")
    picture(page, "chat-inbox")
    assert barriers(shop) == [] and barriers(page) == []
    assert shop.complaints == []  # type: ignore[attr-defined]  # as above


@pytest.mark.long
def test_the_talk_goes_on_after_a_reload_and_is_kept_on_asking(chat: Account, shop: Page) -> None:
    expect(shop.locator("webcare-chat .teaser")).to_contain_text("Twijfel je over de stof?")
    ask(shop, "Is hij er ook in zand?")
    shop.reload()
    expect(shop.locator("webcare-chat .you")).to_contain_text("Is hij er ook in zand?")  # open, as it was left
    expect(shop.locator("webcare-chat textarea#text")).not_to_be_focused()
    shop.get_by_role("button", name="Sluit de chat").click()
    shop.reload()
    expect(shop.locator("webcare-chat .teaser")).to_be_hidden()
    expect(shop.locator("webcare-chat button.open")).to_contain_text("Verder met je gesprek")
    shop.set_viewport_size({"width": 360, "height": 740})
    shop.locator("webcare-chat button.open").click()
    shop.reload()
    expect(shop.locator("webcare-chat button.open")).to_be_visible()  # it would cover the page
    shop.locator("webcare-chat button.open").click()
    assert shop.evaluate("() => localStorage.length") == 0
    shop.get_by_role("button", name="Bewaar het hier langer").click()
    assert shop.evaluate("() => [localStorage.length, sessionStorage.length]") == [1, 0]
    shop.get_by_role("button", name="Vergeet het").click()
    expect(shop.locator("webcare-chat .you")).to_have_count(0)
    assert shop.evaluate(KEPT) == 0


def test_the_next_person_at_a_browser_reads_nothing(chat: Account, shop: Page) -> None:
    ask(shop, "Ik ben Thomas, klant 4711.")
    shop.evaluate(
        """() => { for (const [name, state] of Object.entries({ ...sessionStorage }))
          sessionStorage.setItem(name, JSON.stringify({ ...JSON.parse(state), who: "4711" })) }"""
    )
    shop.reload()
    shop.locator("webcare-chat button.open").click()
    expect(shop.locator("webcare-chat textarea#text")).to_be_visible()
    expect(shop.locator("webcare-chat .you")).to_have_count(0)
    assert shop.evaluate(KEPT) == 0


def test_what_was_left_behind_is_gone_once_it_is_forgotten(
    chat: Account, agent: User, sandbox: Running, new_context: Callable[..., BrowserContext]
) -> None:
    presence.choose(agent, Presence.State.OFF)
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{sandbox.url}/shop/")
    page.locator("webcare-chat button.open").click()
    page.get_by_label("Je vraag").fill("Zijn jullie zondag open?")
    page.get_by_label("E-mail").fill("thomas@voorbeeld.example")
    page.get_by_label("Naam").fill("Thomas")
    page.locator("webcare-chat .later button").click()
    expect(page.locator("webcare-chat .you")).to_contain_text("Afgeleverd")
    page.get_by_role("button", name="Bewaar het hier langer").click()
    page.get_by_role("button", name="Vergeet het").click()
    for field in ("Je vraag", "E-mail", "Naam"):
        expect(page.get_by_label(field)).to_have_value("")


@pytest.mark.long
def test_by_key_on_a_phone_it_opens_closes_and_says_away(
    chat: Account, agent: User, sandbox: Running, new_context: Callable[..., BrowserContext]
) -> None:
    presence.choose(agent, Presence.State.OFF)
    page = new_context(viewport={"width": 360, "height": 740}, color_scheme="dark").new_page()
    page.goto(f"{sandbox.url}/shop/")
    button = page.locator("webcare-chat button.open")
    expect(button).to_contain_text("Stel je vraag")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Je vraag")).to_be_focused()
    assert barriers(page) == []
    picture(page, "chat-away")
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Zijn jullie zondag open?")
    page.keyboard.press("Tab")
    page.keyboard.type("thomas@voorbeeld.example")
    page.keyboard.press("Enter")
    expect(page.locator("webcare-chat .you", has_text="Zijn jullie zondag open?")).to_contain_text("Afgeleverd")
    message = Message.objects.get(conversation=come_in(chat))
    assert [part["answers"] for part in message.shown if part["kind"] == "form"] == [
        [["E-mail", "thomas@voorbeeld.example"]]
    ]


def test_what_is_written_without_a_connection_leaves_later(chat: Account, shop: Page) -> None:
    ask(shop, "Een")
    context: Any = shop.context
    context.set_offline(True)
    shop.keyboard.type("Twee")
    shop.keyboard.press("Enter")
    expect(shop.locator("webcare-chat .you", has_text="Twee")).to_contain_text("Gaat weg zodra er verbinding is")
    context.set_offline(False)
    expect(shop.locator("webcare-chat .you", has_text="Twee")).to_contain_text("Afgeleverd")
    chats.take_in(chat.pk)
    texts = Message.objects.filter(account=chat).order_by("sent_at").values_list("text", flat=True)
    assert list(texts) == ["Een", "Twee"]


def test_a_long_message_is_counted_and_never_cut_off(chat: Account, shop: Page) -> None:
    shop.locator("webcare-chat button.open").click()
    text, left = shop.locator("webcare-chat textarea#text"), shop.locator("webcare-chat .write .left")
    spoken = shop.locator("webcare-chat .write [role=status]")
    text.fill("a" * 3699)
    expect(left).to_be_hidden()
    shop.keyboard.insert_text("b" * 11)
    expect(left).to_have_text("Nog 290 tekens")
    expect(spoken).to_have_text("Nog 290 tekens")
    shop.keyboard.insert_text("b")
    expect(left).to_have_text("Nog 289 tekens")
    expect(spoken).to_have_text("Nog 290 tekens")  # not at every key
    shop.keyboard.insert_text("c" * 288 + "😀😀")  # a smiley is one, as the server counts
    expect(left).to_have_text("1 teken te veel: maak je bericht korter")
    expect(spoken).to_have_text("1 teken te veel: maak je bericht korter")
    shop.keyboard.press("Enter")
    expect(text).to_be_focused()
    expect(text).to_have_js_property("value", "a" * 3699 + "b" * 12 + "c" * 288 + "😀😀")
    expect(shop.locator("webcare-chat .you")).to_have_count(0)
    picture(shop, "chat-too-long")
    assert barriers(shop) == []
    shop.keyboard.press("Backspace")
    expect(left).to_have_text("Nog 0 tekens")
    shop.keyboard.press("Enter")
    expect(shop.locator("webcare-chat .you")).to_contain_text("Afgeleverd")
    expect(left).to_be_hidden()
    assert len(come_in(chat).messages.get().text) == 4000
    assert shop.complaints == []  # type: ignore[attr-defined]  # as above


def test_a_long_question_left_behind_is_counted(
    chat: Account, agent: User, sandbox: Running, new_context: Callable[..., BrowserContext]
) -> None:
    presence.choose(agent, Presence.State.OFF)
    page = new_context(viewport={"width": 360, "height": 740}, color_scheme="dark").new_page()
    page.goto(f"{sandbox.url}/shop/")
    page.locator("webcare-chat button.open").click()
    text, left = page.get_by_label("Je vraag"), page.locator("webcare-chat .later .left")
    text.fill("a" * 4002)
    expect(left).to_have_text("2 tekens te veel: maak je bericht korter")
    page.locator("webcare-chat .later button").click()
    expect(text).to_be_focused()
    expect(text).to_have_js_property("value", "a" * 4002)
    picture(page, "chat-away-too-long")
    assert barriers(page) == []
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    expect(left).to_have_text("Nog 0 tekens")
    page.locator("webcare-chat .later button").click()
    expect(page.locator("webcare-chat .you")).to_contain_text("Afgeleverd")
    assert len(come_in(chat).messages.get().text) == 4000


def test_a_chat_that_was_paused_says_so_and_stops_asking(chat: Account, shop: Page) -> None:
    ask(shop, "Een")
    asked = requests_of(shop, "/send/", "/messages/", "/live/")
    Account.objects.filter(pk=chat.pk).update(paused_at=timezone.now())
    shop.keyboard.type("Twee")
    shop.keyboard.press("Enter")
    expect(shop.locator("webcare-chat .line")).to_contain_text("Deze chat is nu niet bereikbaar.")
    expect(shop.locator("webcare-chat .you", has_text="Twee")).to_contain_text("Niet verstuurd")
    assert "geen verbinding" not in shop.locator("webcare-chat").inner_text()
    before = len(asked)
    shop.wait_for_timeout(4000)  # more than it waited between two tries
    assert len(asked) == before
    Account.objects.filter(pk=chat.pk).update(paused_at=None)
    shop.locator("webcare-chat .you", has_text="Twee").get_by_role("button").click()
    expect(shop.locator("webcare-chat .you", has_text="Twee")).to_contain_text("Afgeleverd")


@pytest.mark.long
def test_a_busy_server_is_asked_less_and_less(chat: Account, shop: Page) -> None:
    shop.clock.install()
    ask(shop, "Een")
    refusals: list[str] = []

    def refuse(route: Route) -> None:
        refusals.append(route.request.url)
        route.fulfill(status=503, headers={"Access-Control-Allow-Origin": "*"})

    shop.route("**/send/", refuse)
    shop.keyboard.type("Twee")
    shop.keyboard.press("Enter")
    expect(shop.locator("webcare-chat .line")).to_contain_text("Het is nu even te druk.")
    for _minute in range(30):
        shop.clock.run_for(60_000)
    assert 6 <= len(refusals) <= 24  # in half an hour; every three seconds was 600
    shop.unroute("**/send/")
    shop.evaluate("dispatchEvent(new Event('online'))")
    expect(shop.locator("webcare-chat .you", has_text="Twee")).to_contain_text("Afgeleverd")
