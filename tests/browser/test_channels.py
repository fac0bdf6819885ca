"""A question on each channel in a real browser: comes in by itself, is answered by keyboard, and stands there once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from inbox.models import Message
from sandbox.testing import Running
from tests.browser.conftest import Open, picture
from tests.support.barriers import barriers_at
from tests.support.talks import ANSWER, ASKED, begin
from tests.support.workers import poll, work

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("platform", ASKED)
def test_question_comes_in_is_answered_and_arrives_once(
    visit: Open, sandbox: Running, settings: Settings, platform: str
) -> None:
    settings.MEDIA_SANDBOX = settings.YOUTUBE_API_BASE = settings.GOOGLE_TOKEN_BASE = sandbox.url
    talk = begin(sandbox, platform)
    page = visit("/inbox/")
    expect(page.locator("#live .live-word")).to_have_text("Live")
    poll(talk.account, talk.stream)
    row = page.locator("#row-list .row", has_text="blijft mijn bank?")
    page.locator("#pill:visible").or_(row).first.wait_for()
    if not row.count():
        page.locator("#pill").click()
    row.locator(".row-link").press("Enter")
    expect(page.locator("#messages")).to_contain_text("blijft mijn bank?")
    page.locator("#reply").focus()
    page.keyboard.type(ANSWER)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages .msg-out", has_text=ANSWER)).to_be_visible()
    for _turn in range(2):
        work(Message.objects.get(direction="outbound"), timedelta(minutes=1))
    assert (Message.objects.get(direction="outbound").state, talk.arrived()) == ("sent", 1)
    picture(page, f"channel-{platform}")
    assert barriers_at(page, 1440, 360) == []
