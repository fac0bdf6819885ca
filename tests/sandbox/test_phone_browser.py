"""The phone in a real browser: it sends without leaving the page, shows answers by itself, and axe finds nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from sandbox.testing import Running
from tests.support.profiles import cases

pytestmark = pytest.mark.browser

SCREENS = (
    "/",
    "/phone/eva/x",
    "/phone/wouter/x/notices",
    "/phone/naomi/x/chat?account=lijnnoord",
    "/phone/wil/facebook",
    "/phone/marjolein/facebook/chats",
    "/phone/marjolein/facebook/chat",
    "/phone/esmee/instagram",
    "/phone/roos/instagram/chat",
    "/phone/layla/whatsapp",
)


@pytest.fixture
def screen(browser: Browser, filled: Running) -> Iterator[Page]:
    """A page that fails the test when a script stumbles."""
    page = browser.new_page(base_url=filled.url, viewport={"width": 1440, "height": 930})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    yield page
    page.close()
    assert faults == []


@pytest.fixture
def filled(sandbox: Running) -> Running:
    """The sandbox with the demo's people and their history."""
    command = requests.post(f"{sandbox.url}/control/scenario", json={"action": "fill"}, timeout=30)
    assert command.json()["filled"]
    return sandbox


def brand_answers(sandbox: Running, platform: str, kind: str, text: str, asked: str) -> None:
    body = {"platform": platform, "kind": kind, "from": {"username": "veldhuiswonen"}, "text": text}
    answer = requests.post(f"{sandbox.url}/control/messages", json=body | {"in_reply_to": asked}, timeout=10)
    assert answer.ok, answer.text


def newest(sandbox: Running, platform: str) -> str:
    query = {"platform": platform}
    messages = requests.get(f"{sandbox.url}/control/messages", params=query, timeout=10).json()["messages"]
    return str(messages[-1]["id"])


def test_picture_and_answer_pass_while_one_types(screen: Page, filled: Running) -> None:
    screen.goto("/phone/tariq/whatsapp")
    screen.get_by_label("Foto toevoegen").click()
    screen.get_by_role("radio", name="Een wijnvlek op een bank").check(force=True)
    screen.get_by_placeholder("Bericht").fill("Kijk nou!")
    screen.get_by_placeholder("Bericht").press("Enter")
    mine = screen.locator(".message.mine").last
    expect(mine).to_contain_text("Kijk nou!")
    expect(mine.locator("img")).to_be_visible()

    screen.get_by_placeholder("Bericht").fill("half geschr")
    brand_answers(filled, "whatsapp", "text", "Oei! Wat een vlek.", newest(filled, "whatsapp"))

    expect(screen.locator(".message.theirs").last).to_contain_text("Oei! Wat een vlek.")
    expect(screen.get_by_placeholder("Bericht")).to_have_value("half geschr")


def test_a_message_is_changed_and_taken_back_in_place(screen: Page) -> None:
    screen.goto("/phone/rob/whatsapp")
    screen.get_by_placeholder("Bericht").fill("Helo")
    screen.get_by_label("Plaats").click()
    mine = screen.locator(".message.mine").last
    expect(mine).to_contain_text("Helo")

    mine.get_by_label("Bericht aanpassen of verwijderen").click()
    mine.get_by_label("Nieuwe tekst").fill("Hallo")
    mine.get_by_text("Bewaar").click()
    expect(mine).to_contain_text(re.compile("Hallo.*bewerkt", re.DOTALL))

    mine.get_by_label("Bericht aanpassen of verwijderen").click()
    mine.get_by_text("Verwijder").click()
    expect(mine).to_contain_text("Je hebt dit bericht verwijderd")


def test_answer_appears_while_another_comment_is_typed(screen: Page, filled: Running) -> None:
    screen.goto("/phone/wil/facebook")
    form = screen.locator(".posts > .post > form.composer").first
    form.locator("textarea").fill("Mooi hoor")
    form.get_by_label("Plaats").click()
    comment = screen.locator(".comment", has_text="Mooi hoor").last
    expect(comment).to_be_visible()

    form.locator("textarea").fill("en nog")
    brand_answers(filled, "facebook", "comment", "Dank je, Wil!", newest(filled, "facebook"))

    expect(comment.locator(".inner")).to_contain_text("Dank je, Wil!")
    expect(form.locator("textarea")).to_have_value("en nog")


def test_refusal_is_shown_and_keeps_what_was_written(screen: Page) -> None:
    screen.goto("/phone/wil/facebook/chat")
    screen.get_by_placeholder("Bericht").fill("   ")
    screen.get_by_label("Plaats").click()

    expect(screen.get_by_role("status")).to_contain_text("schrijf iets of kies een foto")
    expect(screen.get_by_placeholder("Bericht")).to_have_value("   ")


@pytest.mark.long
@cases(("width", "scheme"), [(390, "dark"), (1440, "light")])
def test_axe_finds_nothing_and_nothing_sticks_out(browser: Browser, filled: Running, width: int, scheme: str) -> None:
    with browser.new_context(
        base_url=filled.url,
        viewport={"width": width, "height": 844},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        for path in SCREENS:
            page.goto(path)
            found = [
                f"{item['id']}: {item['nodes'][0]['html']}"
                for item in Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
            ]
            assert found == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
