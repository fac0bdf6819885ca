"""What changed between writing an answer and its leaving counts, also when it is tried again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from channels.models import Account
from channels.types import Blocked, Route, Visibility
from inbox.models import Attachment, Block, Conversation, Message, User
from inbox.outbox import checks, queue
from inbox.outbox.deliver import deliver
from inbox.team import organisation
from tests.factories import make_account, make_answer, make_conversation, make_user
from tests.support.fake_platform import FakeConnector

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> User:
    """Who answers."""
    return make_user()


@pytest.fixture
def conversation(fake_platform: type[FakeConnector]) -> Conversation:
    """A customer who wrote in private."""
    return make_conversation(make_account("fake"), visibility=Visibility.PRIVATE)


def waiting(conversation: Conversation, agent: User, **fields: object) -> Message:
    """An answer that has not left."""
    fields = {"state": "queued", "route": Route.PRIVATE_MESSAGE.value, "external_id": None} | fields
    return make_answer(conversation, agent, first_external_id="", **fields)


def state_of(message: Message) -> str:
    """Where a row stands now."""
    message.refresh_from_db()
    return message.state


def test_who_was_blocked_meanwhile_gets_no_answer(
    conversation: Conversation, agent: User, fake_platform: type[FakeConnector], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake_platform, "capabilities", replace(fake_platform.capabilities, blocks=Blocked.EVERYTHING))
    answer = waiting(conversation, agent)
    Block.objects.create(account=conversation.account, identity=conversation.identity, by=agent, reason="abuse")
    deliver(answer.pk)
    assert (state_of(answer), fake_platform.sent) == ("failed", [])
    with pytest.raises(checks.Refused) as refused:
        queue.retry(answer, agent)
    assert refused.value.reason == "blocked_by_us"


def test_other_account_does_not_answer_for_a_removed_one(agent: User, fake_platform: type[FakeConnector]) -> None:
    conversation = make_conversation(make_account("fake"))
    other = make_account("fake", handle="andere", mode=Account.Mode.ENGAGE)
    answer = waiting(conversation, agent, route=Route.PUBLIC_REPLY.value)
    Message.objects.filter(pk=answer.pk).update(account=other)
    Account.objects.filter(pk=conversation.account_id).update(removed_at=answer.sent_at)
    deliver(answer.pk)
    assert (state_of(answer), fake_platform.sent) == ("failed", [])


@pytest.mark.usefixtures("fake_platform")
def test_a11_failed_picture_from_before_approval_stays_failed(agent: User) -> None:
    answer = waiting(make_conversation(make_account("fake")), agent, route=Route.PUBLIC_REPLY.value, state="failed")
    Attachment.objects.create(message=answer, kind="image", state="stored")
    organisation.change(agent, approves_pictures=True)
    with pytest.raises(checks.Refused, match="look at this picture|naar deze foto|kijken"):
        queue.retry(answer, agent)
    assert state_of(answer) == "failed"


def test_waiting_answer_holds_up_its_own_parts_only(
    conversation: Conversation, agent: User, fake_platform: type[FakeConnector]
) -> None:
    file = waiting(conversation, agent, state="unknown")
    text = waiting(conversation, agent, state="retry", part_of=file)
    later = waiting(conversation, agent, text="En nog iets.")
    deliver(later.pk)
    assert state_of(later) == "sent"
    assert state_of(text) == "retry"


def test_undo_gives_back_every_part_of_a_long_answer(agent: User, fake_platform: type[FakeConnector]) -> None:
    question = make_conversation(make_account("fake"))
    words = " ".join(f"woord{number}" for number in range(80))
    first = queue.queue_reply(
        question,
        agent,
        text=words,
        route=Route.PUBLIC_REPLY,
        reply_to=None,
        seen_message_id=None,
        undo_seconds=30,
        split=True,
    )
    assert first.parts.count() > 1
    assert queue.cancel(first, agent)
    assert queue.words_taken_back(first) == words


def test_code_of_anothers_message_sends_nothing(agent: User, fake_platform: type[FakeConnector]) -> None:
    conversation = make_conversation(make_account("fake"))
    inbound = conversation.messages.get()
    with pytest.raises(checks.Refused):
        queue.queue_reply(
            conversation, agent, text="Dag", route=Route.PUBLIC_REPLY, reply_to=None, seen_message_id=None,
            code=inbound.code,
        )  # fmt: skip


def test_a6_account_without_permission_sends_nothing_on_retry(agent: User, fake_platform: type[FakeConnector]) -> None:
    conversation = make_conversation(make_account("fake"))
    other = make_account("fake", handle="andere", mode=Account.Mode.REACT)
    answer = waiting(conversation, agent, route=Route.PUBLIC_REPLY.value, state="failed")
    Message.objects.filter(pk=answer.pk).update(account=other)
    answer.refresh_from_db()
    with pytest.raises(checks.Refused):
        queue.retry(answer, agent)
