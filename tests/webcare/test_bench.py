"""The measurements' own rows go into the tables as they are now."""

from __future__ import annotations

import pytest

from bench import data
from inbox.models import Conversation, Message


@pytest.mark.django_db(transaction=True)
def test_conversations_and_messages_to_measure_with_can_be_made() -> None:
    data.conversations(3)
    data.messages(5)
    assert (Conversation.objects.count(), Message.objects.count()) == (3, 5)
