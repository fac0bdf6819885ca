"""The one door in: what platforms tell becomes conversations, whatever the order and however often."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from channels.types import Direction, Removal
from inbox import ingest
from inbox.models import Conversation, Message
from tests.factories import author, incoming, make_account, make_inbound, next_id, outgoing

pytestmark = pytest.mark.django_db


def test_a_message_becomes_an_open_conversation_of_its_writer() -> None:
    message = make_inbound(text="Waar blijft mijn pakket?")

    conversation = message.conversation
    assert conversation is not None
    assert conversation.status == "open"
    assert conversation.excerpt == "Waar blijft mijn pakket?"
    assert conversation.waiting_since == message.sent_at
    assert conversation.message_count == 1
    assert conversation.identity.name == "Karin"
    assert conversation.contact.identities.count() == 1


def test_the_same_again_changes_nothing() -> None:
    account, event = make_account(), incoming()
    first = ingest.receive(account, [event, event])
    version = Conversation.objects.get().version

    again = ingest.receive(account, [event])

    assert (first.new_messages, again.new_messages) == (1, 0)
    assert Message.objects.count() == 1
    assert Conversation.objects.get().version == version
    assert again.conversations == []
