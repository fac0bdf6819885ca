"""Recurring questions, in a real browser: from what customers ask to a canned reply by one key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from channels.models import Account
from inbox.models import User
from reports.questions.gathering import gather
from reports.questions.models import Question
from tests import factories
from tests.browser.conftest import Open, picture
from tests.support.barriers import barriers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_h4_one_key_makes_the_best_answer_a_canned_reply(visit: Open, account: Account, agent: User) -> None:
    for who in ("Ria", "Ina", "Els"):
        for text, answer in (("Waar blijft mijn pakket?", "Onderweg, {}!"), ("Zijn jullie zondag open?", "Ja, {}.")):
            said = factories.make_inbound(account, text, author=factories.author(f"{who} de Wit {text[:4]}"))
            assert said.conversation is not None
            if who == "Ria":
                factories.make_answer(said.conversation, agent, text=answer.format(who))
    gather(timezone.now() + timedelta(minutes=2))
    lead = factories.make_user("lead", language="en")
    page = visit("/figures/questions/", person=lead)
    links = page.locator("[data-row-link]")
    expect(links).to_have_count(2)
    first = links.first.inner_text()
    picture(page, "questions-1440")
    assert barriers(page) == []
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("n")
    expect(links).to_have_count(1)
    assert (links.inner_text(), Question.objects.exclude(set_aside_at=None).count()) == (first, 1)
    page.keyboard.press("c")
    reply = "Onderweg, {first_name}!" if "pakket" in first else "Ja, {first_name}."
    expect(page.locator("#id_texts-0-text")).to_have_value(reply)
