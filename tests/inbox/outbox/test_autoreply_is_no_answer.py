"""No clock, list, guard or colleague takes an automatic message for an answer."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from channels.models import Account
from inbox.composer import similar
from inbox.guard import repeats
from inbox.lists.queues import QUEUES
from inbox.models import Conversation, Message, Response, User
from inbox.outbox.checks import newer_than
from inbox.outbox.payload import outgoing as payload
from inbox.thread.page import ConversationPage
from inbox.triage import answered, closing
from tests.factories import (
    author,
    make_user,
    pass_through,
)
from tests.support.opening_hours import answer, automatic_ones, home, open_up, send_all, talking_account, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fake_platform", "estimated", "closed_office")]


@pytest.fixture
def account() -> Account:
    """The brand's account, which says when an answer follows."""
    return talking_account()


@pytest.fixture
def agent() -> User:
    """Somebody at work all the same."""
    return make_user(undo_seconds=0)


def test_e14_autoreply_is_no_first_response(account: Account, agent: User) -> None:
    asked = write(account)
    before = home(asked)
    send_all()
    after = home(asked)
    assert not Response.objects.exists()
    assert after.waiting_since == before.waiting_since == asked.sent_at
    assert (after.assignee, after.status, after.seen_at) == (None, "open", None)
    assert after.is_unread
    answer(after, agent)
    send_all()
    response = Response.objects.get()
    assert (response.agent, response.started_at) == (agent, asked.sent_at)


def test_e14_the_list_keeps_the_customers_words_and_place(account: Account, agent: User) -> None:
    asked = write(account)
    before = home(asked)
    send_all()
    row = home(asked)
    assert row.excerpt == "Waar blijft mijn pakket?"
    assert (row.last_direction, row.message_count, row.last_message_at) == ("inbound", 1, before.last_message_at)
    assert not QUEUES["waiting"].selects(Conversation.objects.all(), agent, timezone.now()).exists()
    assert QUEUES["unassigned"].selects(Conversation.objects.all(), agent, timezone.now()).exists()


def test_it_does_not_come_between_an_agent_and_an_answer(account: Account, agent: User) -> None:
    asked = write(account)
    send_all()
    assert newer_than(asked.pk, home(asked), agent) == []
    row = answer(home(asked), agent, asked)
    send_all()
    row.refresh_from_db()
    assert row.state == "sent"


def test_it_is_no_news_in_the_thread_to_whoever_reads_it(account: Account, agent: User) -> None:
    asked = write(account)
    send_all()
    conversation: Any = home(asked)
    conversation.earlier = conversation.taken_back = []
    thread = ConversationPage(conversation, agent, [conversation.account_id]).thread()
    assert [item.message.automatic for item in thread.items] == [False, True]
    assert thread.news == asked.pk


def test_a_case_is_not_called_told_or_answered_because_of_it(account: Account, agent: User) -> None:
    asked = write(account, "Ik wil een klacht indienen, dit is schandalig slecht geregeld!")
    assert not answered.is_being_answered(home(asked))
    send_all()
    assert not answered.has_been_answered(home(asked))
    with pytest.raises(closing.CannotClose):
        closing.close(home(asked), agent, reason="unsolvable")
    assert not answered.is_being_answered(home(asked))


def test_it_is_no_example_and_no_repetition(account: Account, agent: User) -> None:
    asked = write(account, "Mijn bestelde boekenkast is beschadigd bezorgd vandaag")
    send_all()
    other = write(account, "De boekenkast is beschadigd bezorgd", author=author("Piet"))
    assert similar.similar_answers(home(other), other.text, [account]) == []
    (row, _other) = automatic_ones()
    assert repeats.earlier_same_answer(row.text, home(asked), agent, is_public=False) is None


def test_an_answer_in_doubt_is_not_taken_for_it(account: Account, agent: User) -> None:
    """What is looked for on the platform is another message than the automatic one, whatever its words."""
    asked = write(account)
    send_all()
    row = answer(home(asked), agent)
    pass_through(Message.objects.filter(pk=row.pk), "sending", "unknown")
    row = Message.objects.select_related("conversation__identity", "account").get(pk=row.pk)
    with payload(row) as reply:
        assert reply.others == {automatic_ones()[0].external_id}


def test_after_a_night_the_morning_goes_on_as_ever(account: Account, agent: User) -> None:
    asked = write(account)
    send_all()
    open_up()
    answer(home(asked), agent)
    send_all()
    row = home(asked)
    assert (row.waiting_since, row.last_direction, row.assignee) == (None, "outbound", agent)
