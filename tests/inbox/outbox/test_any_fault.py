"""Whatever goes wrong, and whenever: no answer is sent twice, and none is lost."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.types import Route
from inbox.models import Conversation, Message, User
from inbox.outbox import queue as outbox_queue
from tests.factories import make_account, make_inbound, make_user
from tests.support.any_fault import (
    LOOKING,
    STEPS,
    work_through_the_day,
)
from tests.support.fake_platform import FakeConnector
from tests.support.profiles import examples

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform")]


@pytest.fixture
def question() -> Message:
    """What is answered."""
    return make_inbound(make_account("fake"))


@pytest.fixture
def agent() -> User:
    """Who answers."""
    return make_user(undo_seconds=0)


@settings(max_examples=examples(15))
@given(
    script=st.lists(st.sampled_from(sorted(STEPS)), max_size=7),
    looking=st.lists(st.sampled_from(sorted(LOOKING)), max_size=4),
    answers=st.integers(1, 2),
)
def test_every_answer_stands_there_once_or_says_why_not(
    script: list[str], looking: list[str], answers: int, question: Message, agent: User
) -> None:
    with transaction.atomic():
        FakeConnector.reset()
        FakeConnector.script[:] = [STEPS[name] for name in script]
        FakeConnector.looking[:] = [error for name in looking if (error := LOOKING[name])]
        rows = [queue(question, agent, f"Antwoord {n}") for n in range(answers)]
        work_through_the_day()
        check(rows)
        transaction.set_rollback(True)


def queue(question: Message, agent: User, text: str) -> Message:
    """Write an answer."""
    assert question.conversation is not None
    return outbox_queue.queue_reply(
        question.conversation,
        agent,
        text=text,
        route=Route.PUBLIC_REPLY,
        reply_to=question,
        seen_message_id=question.pk,
    )


def check(rows: list[Message]) -> None:
    """Compare what stands on the platform with what the rows say."""
    on_platform = [reply.reference for _id, reply in FakeConnector.sent]
    assert len(on_platform) == len(set(on_platform)), "sent twice"
    for row in rows:
        row.refresh_from_db()
        assert row.state in ("sent", "failed"), "lost on the way"
        assert (row.state == "sent") == (str(row.code) in on_platform), f"says {row.state}"
    assert Message.objects.filter(direction="outbound").count() == len(rows)
    conversation = Conversation.objects.get()
    assert conversation.failed_count == sum(row.state == "failed" for row in rows)
    assert (conversation.waiting_since is None) == any(row.state == "sent" for row in rows)
