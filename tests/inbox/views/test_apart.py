"""What was said in another conversation: shown on a card, and never answered in public when it was said in private."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from channels.models import Account
from channels.types import Route, Visibility
from inbox.models import Conversation, Message, User
from inbox.outbox import checks, queue
from tests import factories
from tests.support.pages import HTMX


@pytest.fixture
def private(conversation: Conversation, account: Account) -> Message:
    """What the same person said in private."""
    return factories.make_inbound(account, "Mijn nummer is 0612345678", visibility=Visibility.PRIVATE, kind="dm")


def test_the_door_refuses_a_public_answer_to_private_words(
    agent: User, conversation: Conversation, private: Message
) -> None:
    with pytest.raises(checks.Refused) as refused:
        queue.queue_reply(
            conversation,
            agent,
            text="We bellen je",
            route=Route.PUBLIC_REPLY,
            reply_to=private,
            seen_message_id=private.pk,
        )
    assert refused.value.reason == "said_in_private"
    assert not Message.objects.filter(direction="outbound").exists()


def test_without_scripts_it_comes_back_with_its_words(
    page: Client, conversation: Conversation, private: Message
) -> None:
    form = {"tab": "public", "text": "We bellen je", "code": str(uuid.uuid4()), "seen": str(private.pk)}
    html = page.post(f"/inbox/{conversation.code}/reply/", form | {"reply_to": str(private.code)}).content.decode()
    assert "They wrote this in private." in html and ">We bellen je</textarea>" in html
    assert "data-private-words" in html and "wrote this in private." in html


def test_private_words_stand_on_a_card_with_its_ways(
    page: Client, conversation: Conversation, private: Message
) -> None:
    html = page.get(conversation.get_absolute_url()).content.decode()
    card = html.split(f'id="message-{private.code}"')[1].split("</li>")[0]
    assert "apart-first" in card and "Private, in another conversation" in card
    assert private.conversation is not None
    assert f'href="/inbox/{private.conversation.code}/?reply_to={private.code}"' in card
    assert "Answer in private" in card and "Open conversation" in card
    newest = conversation.messages.latest("pk")
    assert f'name="reply_to" value="{newest.code}"' in html


def test_two_stretches_are_two_cards(page: Client, account: Account, conversation: Conversation) -> None:
    for visibility in ("private", "private", "public", "private"):
        kind = "dm" if visibility == "private" else "mention"
        factories.make_inbound(account, f"{visibility} woord", visibility=Visibility(visibility), kind=kind)
    html = page.get(conversation.get_absolute_url()).content.decode()
    assert html.count("apart-head") == html.count("apart-acts") == 2
    assert html.count(" apart") - html.count(" apart-") == 3


def test_after_a_note_the_next_words_are_a_note(page: Client, conversation: Conversation) -> None:
    form = {"tab": "note", "text": "Belde ook al", "code": str(uuid.uuid4())}
    html = page.post(f"/inbox/{conversation.code}/reply/", form, **HTMX).content.decode()
    assert 'value="note" checked' in html
    answer = page.post(f"/inbox/{conversation.code}/reply/", form | {"code": str(uuid.uuid4())})
    assert answer["Location"] == f"/inbox/{conversation.code}/?tab=note"
    assert 'value="note" checked' in page.get(answer["Location"]).content.decode()
