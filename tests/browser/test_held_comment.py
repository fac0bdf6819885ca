"""A comment that YouTube holds for review, and a colleague who lets it through."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from pytest_django import Settings

from inbox.models import Message
from sandbox.testing import Running
from tests.browser.conftest import Open, picture
from tests.support.barriers import barriers_at
from tests.support.sandbox_accounts import connect, say
from tests.support.workers import poll

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_letting_it_through_makes_the_composers_words_true(visit: Open, sandbox: Running, settings: Settings) -> None:
    settings.YOUTUBE_API_BASE = settings.GOOGLE_TOKEN_BASE = sandbox.url
    channel = connect(sandbox, "youtube")
    say(sandbox, "youtube", "upload", "veldhuis", "Zo zet je bank Fjord in elkaar")
    say(sandbox, "youtube", "comment", "karin", "Past de hoes in de was?", moderation="heldForReview")
    poll(channel, "comments")
    conversation = Message.objects.get(direction="inbound").conversation
    assert conversation is not None
    page = visit(conversation.get_absolute_url())
    words = page.locator(".who-public")
    expect(words).to_contain_text("Others read this only once", use_inner_text=True)
    expect(words).not_to_contain_text("Everyone can read this.", use_inner_text=True)
    picture(page, "youtube-held")
    assert barriers_at(page, 1440, 360) == []
    page.get_by_role("button", name="Let it through").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).not_to_contain_text("Held for review")
    expect(words).to_contain_text("Everyone can read this.", use_inner_text=True)
    expect(words).not_to_contain_text("Others read this only once", use_inner_text=True)
    expect(page.locator("#scroll")).to_be_focused()  # the button went
