"""Another of our accounts answers: it leaves through that one, is one row, and no account is a customer (A6)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import Http404
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from channels import connectors
from channels.base import Connector
from channels.models import Account
from channels.platforms import PLATFORMS, connector_class
from channels.types import Author, Direction, IncomingMessage, Reaction, Route, Visibility
from inbox.access import message_for
from inbox.ingest.receive import Arrival, receive, settle_arrival
from inbox.lists.search import SearchQuery, find
from inbox.models import Conversation, Draft, Identity, Message, User
from inbox.outbox import (
    checks,
    deliver,
    drafts,
    queue,
)
from tests.factories import author, incoming, limit, make_account, make_inbound, make_user, next_id, outgoing
from tests.support.fake_platform import FakeConnector
from tests.support.profiles import examples

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def same_people_everywhere(fake_platform: type[FakeConnector], monkeypatch: pytest.MonkeyPatch) -> None:
    """As on X, where any account may answer: a person has one id for all of ours."""
    monkeypatch.setitem(PLATFORMS, "fake", replace(PLATFORMS["fake"], ids_count_everywhere=True))


@pytest.fixture
def agent() -> User:
    """Who answers."""
    return make_user(undo_seconds=0)


@pytest.fixture
def brand() -> Account:
    """The addressed account."""
    return make_account("fake", signature="initials")


@pytest.fixture
def service(brand: Account) -> Account:
    """Another one of ours, which may begin conversations."""
    return make_account("fake", mode="engage", signature="team", team_name="Team Service")


@pytest.fixture
def question(brand: Account) -> Message:
    """What came in for the addressed one."""
    return make_inbound(brand, thread_id="77")


def answer(question: Message, agent: User, sender: Account | None, **options: Any) -> Message:
    """Queue an answer as the page does."""
    assert question.conversation is not None
    usual: dict[str, Any] = {
        "route": Route.PUBLIC_REPLY, "reply_to": question, "seen_message_id": question.pk, "sender": sender,
    }  # fmt: skip
    return queue.queue_reply(question.conversation, agent, text="Wij kijken het na.", **usual | options)


def echo_of(message: Message, external_id: str, **changes: Any) -> IncomingMessage:
    """Return what the platform tells of an answer on the timeline of the account that gave it."""
    event = outgoing(
        message.text,
        external_id=external_id,
        parent_id=message.parent_external_id,
        thread_id=message.thread_id,
        customer=author(),
        sent_at=timezone.now(),
    )
    return replace(event, **changes)


def as_mention(echo: IncomingMessage, by: Account) -> IncomingMessage:
    """Return the same post as another account hears of it."""
    writer = Author(by.external_id, name=by.name, handle=by.handle)
    return replace(echo, direction=Direction.INBOUND, kind="mention", author=writer, customer=None)


def test_a6_leaves_through_the_chosen_account(
    question: Message, agent: User, service: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[Account] = []

    def watched(account: Account) -> Connector:
        used.append(account)
        return connectors.connector_for(account)

    monkeypatch.setattr(deliver, "connector_for", watched)
    message = answer(question, agent, service)
    deliver.deliver(message.pk)
    message.refresh_from_db()
    assert (message.state, message.account, message.conversation) == ("sent", service, question.conversation)
    assert used == [service]
    assert message.text.endswith("Team Service"), "signed as that account signs"
    conversation = Conversation.objects.get()
    assert (conversation.account, conversation.waiting_since) == (question.account, None)


@pytest.mark.parametrize(
    "state",
    [
        {"mode": "listen"},
        {"mode": "react"},
        {"paused_at": timezone.now()},
        {"removed_at": timezone.now()},
        {"platform": "x"},
    ],
)
def test_a6_account_that_may_not_begin_here_is_refused(
    question: Message, agent: User, service: Account, state: dict[str, Any]
) -> None:
    Account.objects.filter(pk=service.pk).update(**state)
    with pytest.raises(checks.Refused):
        answer(question, agent, service)


def test_a6_an_account_the_agent_may_not_use_is_refused(question: Message, agent: User, service: Account) -> None:
    limit(agent, question.account)
    with pytest.raises(checks.Refused):
        answer(question, agent, service)
    assert answer(question, agent, None).account == question.account


def test_a6_private_message_leaves_from_its_own_account(brand: Account, agent: User, service: Account) -> None:
    private = make_inbound(brand, visibility=Visibility.PRIVATE)
    with pytest.raises(checks.Refused):
        answer(private, agent, service, route=Route.PRIVATE_MESSAGE)


def test_a6_only_x_lets_any_account_answer_and_only_in_public() -> None:
    allowed = {
        (platform, str(route))
        for platform in ("x", "facebook", "instagram", "whatsapp")
        for route, rules in connector_class(platform).capabilities.routes.items()
        if rules.any_account
    }
    assert allowed == {("x", "public_reply")}


def test_a6_its_own_account_decides_whether_it_may_leave(question: Message, agent: User, service: Account) -> None:
    Account.objects.filter(pk=question.account_id).update(mode="listen", needs_reauth_at=timezone.now())
    message = answer(question, agent, service)
    Account.objects.filter(pk=service.pk).update(paused_at=timezone.now())
    deliver.deliver(message.pk)
    message.refresh_from_db()
    assert (message.state, message.error_reason, FakeConnector.sent) == ("retry", "paused", [])

    Account.objects.filter(pk=service.pk).update(paused_at=None)
    queue.retry(message, agent)
    deliver.deliver(message.pk)
    message.refresh_from_db()
    assert message.state == "sent"


def test_a6_hidden_conversation_hides_its_answer_too(question: Message, agent: User, service: Account, rf: Any) -> None:
    message = answer(question, agent, service)
    other, request = make_user(), rf.get("/")
    limit(other, service)
    request.user = other
    with pytest.raises(Http404):
        message_for(request, message.code)
    asked = SearchQuery.of({"q": "kijken"})
    assert find(asked, list(other.visible_accounts())).messages == []
    assert [message.pk for message in find(asked, list(agent.visible_accounts())).messages] == [message.pk]


@pytest.mark.parametrize("text", ["Wij kijken het na.\n\nTeam Service", "verkort door het platform"])
def test_a6_reports_in_any_order_make_one_answer_no_customer(
    question: Message, agent: User, service: Account, text: str
) -> None:
    message, external_id = answer(question, agent, service), next_id()
    Message.objects.filter(pk=message.pk).update(state="sending", claimed_at=timezone.now(), attempts=1)
    echo = echo_of(message, external_id, text=text)
    like = Reaction(question.external_id or "", Author(service.external_id), "❤", timezone.now())
    reports: dict[str, Callable[[], object]] = {
        "answer": lambda: settle_arrival(service, Arrival(message.code, external_id, timezone.now())),
        "echo": lambda: receive(service, [echo]),
        "mention": lambda: receive(question.account, [as_mention(echo, service), like]),
        "as context": lambda: receive(
            question.account, [replace(as_mention(echo, service), direction=Direction.CONTEXT, kind="post")]
        ),
    }
    # All 24 hold; every third still begins and ends with each of them.
    for order in list(itertools.permutations(reports))[::3]:
        with transaction.atomic():
            for name in (*order, *order[:2]):
                reports[name]()
            check(message, question, order)
            transaction.set_rollback(True)


def check(message: Message, question: Message, order: tuple[str, ...]) -> None:
    """One answer, in the conversation that asked for it; nobody new, nothing begun, nothing counted twice."""
    ours = Message.objects.get(pk=message.pk)
    assert (ours.state, ours.conversation, ours.text) == ("sent", question.conversation, message.text), order
    assert list(Message.objects.filter(direction="outbound")) == [ours], order
    conversation = Conversation.objects.get()
    assert (conversation.message_count, conversation.waiting_since) == (2, None), order
    assert conversation.responses.count() == 1, order
    assert list(Identity.objects.all()) == [question.identity], order
    assert not question.reactions.exists(), order


def test_a6_answered_post_is_not_found_anew(question: Message, agent: User, service: Account) -> None:
    message = answer(question, agent, service)
    deliver.deliver(message.pk)
    message.refresh_from_db()
    receive(service, [echo_of(message, message.external_id or "")])
    message.refresh_from_db()
    assert message.context_state == "", "what it answers stands in the conversation already"
    asked = incoming(question.text, external_id=question.external_id, direction=Direction.CONTEXT, kind="post")
    receive(service, [asked])
    assert Conversation.objects.get().account == question.account


def test_a6_reply_to_the_other_account_begins_there(question: Message, agent: User, service: Account) -> None:
    message = answer(question, agent, service)
    deliver.deliver(message.pk)
    message.refresh_from_db()
    echo = echo_of(message, message.external_id or "")
    receive(service, [echo, incoming("Dank!", parent_id=message.external_id)])
    begun = Conversation.objects.get(account=service)
    assert [message.text for message in begun.messages.all()] == ["Dank!"]
    assert Conversation.objects.get(account=question.account).messages.count() == 2


def test_a6_own_accounts_posts_start_nothing(brand: Account, service: Account) -> None:
    ours = Author(service.external_id, name=service.name)
    receive(brand, [incoming("Test", author=ours), incoming("Test", author=ours, visibility=Visibility.PRIVATE)])
    receive(brand, [outgoing("Dag collega", customer=ours)])
    assert not Conversation.objects.exists()
    assert not Identity.objects.exists()
    assert set(Message.objects.values_list("direction", flat=True)) == {"context", "outbound"}


def test_a6_an_account_that_was_removed_is_somebody_else_again(brand: Account, service: Account) -> None:
    Account.objects.filter(pk=service.pk).update(removed_at=timezone.now())
    receive(brand, [incoming("Hallo", author=Author(service.external_id))])
    assert Conversation.objects.get().account == brand


def test_a6_the_draft_keeps_the_account(question: Message, agent: User, service: Account) -> None:
    assert question.conversation is not None
    drafts.save_draft(question.conversation, agent, tab="public", text="Bijna", sender=str(service.code))
    assert Draft.objects.get().sender == service


TOLD = ("answer", "echo", "mention", "context", "reply to ours", "reply to theirs", "part two")


@settings(max_examples=examples(15))
@given(order=st.lists(st.sampled_from(TOLD), min_size=len(TOLD), max_size=12).filter(lambda o: set(o) >= {*TOLD}))
def test_a6_two_accounts_told_in_any_order_give_one_inbox(
    question: Message, agent: User, service: Account, order: list[str]
) -> None:
    def picture(tellings: list[str]) -> Any:
        with transaction.atomic():
            message, now = answer(question, agent, service), question.sent_at + timedelta(minutes=1)
            Message.objects.filter(pk=message.pk).update(state="sending", claimed_at=now, attempts=1, sent_at=now)
            echo = echo_of(message, "5001", sent_at=now)
            more = replace(echo, external_id="5002", parent_id="5001", text="En nog dit.", customer=None)
            reply = incoming("Dank!", external_id="5003", parent_id="5001", sent_at=now + timedelta(minutes=1))
            for name in tellings:
                match name:
                    case "answer":
                        settle_arrival(service, Arrival(message.code, "5001", now))
                    case "echo":
                        receive(service, [echo])
                    case "mention":
                        receive(question.account, [as_mention(echo, service), as_mention(more, service)])
                    case "context":
                        asked = replace(
                            incoming(question.text, external_id=question.external_id, sent_at=question.sent_at),
                            direction=Direction.CONTEXT,
                        )
                        receive(service, [asked])
                    case "reply to ours":
                        receive(service, [reply])
                    case "reply to theirs":
                        receive(question.account, [reply])
                    case "part two":
                        receive(service, [more])
            seen = Message.objects.values_list(
                "account", "external_id", "direction", "conversation__account", "identity__external_id", "state", "text"
            )
            rows = Conversation.objects.values_list("account", "message_count", "waiting_since", "excerpt")
            found = sorted(map(str, seen)), sorted(map(str, rows)), Identity.objects.count()
            transaction.set_rollback(True)
        return found

    assert picture(order) == picture(list(TOLD))
