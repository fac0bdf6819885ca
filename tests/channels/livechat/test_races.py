"""Two of the same at once: one message, however they meet."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from channels.intake import chats, polling
from channels.models import ChatMessage
from inbox.models import Conversation, Message
from tests.factories import make_user
from tests.support.chat import Visitor, answer, make_chat, take_in

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Let these begin at the same moment, each with a connection of its own."""
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        ready.wait(10)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_one_client_id_sent_at_once_is_one_message() -> None:
    visitor, same = Visitor(make_chat()).begin(), str(uuid.uuid4())
    told = at_once(*[lambda: visitor.write("Hallo", id=same).json()["id"]] * 4)
    assert len(set(map(str, told))) == 1 and ChatMessage.objects.count() == 1
    at_once(*[lambda: chats.take_in(visitor.account.pk)] * 3)
    assert Message.objects.count() == Conversation.objects.count() == 1


def test_who_reconnects_while_answered_misses_nothing() -> None:
    visitor = Visitor(make_chat())
    visitor.write()
    (message,) = take_in(visitor.account)
    agent, cursor = make_user(), visitor.standing()["cursor"]
    seen: list[str] = []

    def ask() -> None:
        for _turn in range(4):
            seen.extend(one["text"] for one in visitor.messages(after=cursor) if one["ours"])

    at_once(lambda: answer(message, "Ja, 74 cm.", agent), ask)
    assert {*seen, *(one["text"] for one in visitor.messages(after=cursor) if one["ours"])} == {"Ja, 74 cm."}


def test_what_was_not_taken_in_is_found_by_the_stream() -> None:
    visitor = Visitor(make_chat())
    visitor.write("Niemand werd gewekt")
    assert polling.poll(visitor.account.streams.get().pk) == 1
    assert polling.poll(visitor.account.streams.get().pk) == 0
    assert Message.objects.get().text == "Niemand werd gewekt"
