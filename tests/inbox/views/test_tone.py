"""The tone of a conversation: chosen once, seen by whoever answers next, and offered again to the same person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from channels.models import Account
from inbox.contacts import linking
from inbox.ingest.receive import receive
from inbox.models import Conversation, Event, User
from inbox.triage import assignment, tone
from tests import factories
from tests.support.html import tight
from tests.support.pages import HTMX, signed_in

pytestmark = pytest.mark.django_db


def _at_the_composer(page: Client, conversation: Conversation) -> str:
    html = page.get(conversation.get_absolute_url()).content.decode()
    return html.split('id="known"')[1].split('id="composer"')[0]


def _later(conversation: Conversation) -> Conversation:
    """The same person, after the gap in which a conversation goes on."""
    assignment.close(conversation, None)
    sent_at = conversation.last_message_at + conversation.account.conversation_gap + timedelta(hours=1)
    receive(conversation.account, [factories.incoming("Ik weer", sent_at=sent_at)])
    return Conversation.objects.exclude(pk=conversation.pk).get(identity=conversation.identity)


@pytest.mark.parametrize(
    ("chosen", "word"), [("businesslike", "businesslike"), ("informal", "informal"), ("humour", "humour welcome")]
)
def test_e8_the_next_agent_sees_the_tone_at_the_composer(
    page: Client, agent: User, lead: User, conversation: Conversation, chosen: str, word: str
) -> None:
    assert "Tone" not in _at_the_composer(signed_in(lead), conversation)
    page.post(f"/inbox/{conversation.code}/tone/", {"tone": chosen})
    assert f"Tone here: <b>{word}</b>." in _at_the_composer(signed_in(lead), conversation)
    event = Event.objects.get(verb="tone_chosen")
    assert (event.actor, event.conversation, event.data) == (agent, conversation, {"was": "", "now": chosen})


def test_e8_panel_and_composer_change_together(page: Client, conversation: Conversation) -> None:
    html = page.post(f"/inbox/{conversation.code}/tone/", {"tone": "informal"}, **HTMX).content.decode()
    html = tight(html)
    assert 'id="contact-body"' in html and 'id="known" hx-swap-oob="true"' in html
    assert 'name="tone" value="" aria-pressed="true">informal</button>' in html
    assert 'value="businesslike" aria-pressed="false"' in html


def test_e8_pressed_again_it_is_open_again(page: Client, conversation: Conversation) -> None:
    page.post(f"/inbox/{conversation.code}/tone/", {"tone": "humour"})
    page.post(f"/inbox/{conversation.code}/tone/", {"tone": "humour"})  # twice is as good as once
    assert Event.objects.filter(verb="tone_chosen").count() == 1
    page.post(f"/inbox/{conversation.code}/tone/", {"tone": ""})
    conversation.refresh_from_db()
    assert conversation.tone == ""
    assert "Tone here" not in _at_the_composer(page, conversation)


def test_e8_without_scripts_one_is_back_at_the_conversation(page: Client, conversation: Conversation) -> None:
    response = page.post(f"/inbox/{conversation.code}/tone/", {"tone": "informal"})
    assert (response.status_code, response["Location"]) == (302, conversation.get_absolute_url())


def test_e8_a_tone_nobody_knows_is_not_there(page: Client, conversation: Conversation) -> None:
    assert page.post(f"/inbox/{conversation.code}/tone/", {"tone": "rude"}).status_code == 404


def test_e8_it_is_still_there_when_the_customer_writes_again(
    page: Client, agent: User, conversation: Conversation
) -> None:
    tone.choose_tone(conversation, agent, "informal")
    assignment.close(conversation, agent)
    factories.make_inbound(conversation.account, "Toch nog iets")
    conversation.refresh_from_db()
    assert (conversation.status, conversation.tone) == ("open", "informal")
    assert "Tone here: <b>informal</b>." in _at_the_composer(page, conversation)


def test_e8_a_new_conversation_offers_the_tone_of_the_last_one(
    page: Client, agent: User, conversation: Conversation
) -> None:
    tone.choose_tone(conversation, agent, "informal")
    again = _later(conversation)
    assert again.tone == ""
    shown = _at_the_composer(page, again)
    assert "Tone last time: informal." in shown and 'name="tone" value="informal"' in shown
    page.post(f"/inbox/{again.code}/tone/", {"tone": "informal"})
    shown = _at_the_composer(page, again)
    assert "Tone here: <b>informal</b>." in shown and "last time" not in shown


def test_e8_a_tone_of_an_account_one_may_not_see_is_not_offered(
    account: Account, agent: User, conversation: Conversation
) -> None:
    hidden = factories.make_conversation(factories.make_account("x", handle="verborgen"), author=factories.author("Ik"))
    tone.choose_tone(hidden, agent, "humour")
    linking.link(hidden.identity, conversation.contact, agent)
    assert "Tone last time: humour welcome." in _at_the_composer(signed_in(agent), conversation)
    limited = factories.make_user(language="en")
    factories.limit(limited, account)
    assert "humour welcome." not in _at_the_composer(signed_in(limited), conversation)


def test_e8_what_belongs_to_a_removed_account_is_read_only(
    page: Client, agent: User, account: Account, conversation: Conversation
) -> None:
    tone.choose_tone(conversation, agent, "informal")
    Account.objects.filter(pk=account.pk).update(removed_at=conversation.created_at)
    assert page.post(f"/inbox/{conversation.code}/tone/", {"tone": ""}).status_code == 403
    html = page.get(conversation.get_absolute_url()).content.decode()
    assert "Tone here: <b>informal</b>." in html and "tone-btn" not in html
