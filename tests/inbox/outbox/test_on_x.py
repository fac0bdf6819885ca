"""An answer's whole way, with tweepy and the sandbox: each way it can end."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from channels.models import Account
from channels.types import Route
from inbox.models import Conversation, Message, User
from inbox.outbox import queue
from tests.factories import make_user
from tests.support.sandbox_accounts import connect, control, fault, said, say
from tests.support.workers import poll, work

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand(sandbox: Running, settings: Settings) -> Account:
    """The brand's X account, connected."""
    settings.X_API_BASE = settings.X_UPLOAD_BASE = settings.MEDIA_SANDBOX = sandbox.url
    return connect(sandbox, "x")


@pytest.fixture
def agent() -> User:
    """Who answers."""
    return make_user(undo_seconds=0)


@pytest.fixture
def question(sandbox: Running, brand: Account) -> Message:
    """A mention that came in."""
    say(sandbox, "x", "post", "karin", "@veldhuis waar blijft mijn kast?")
    poll(brand, "mentions")
    return Message.objects.select_related("conversation", "account").get()


def send(question: Message, agent: User, text: str = "Hij is onderweg.") -> Message:
    """Queue an answer and let the worker try once."""
    assert question.conversation is not None
    message = queue.queue_reply(
        question.conversation,
        agent,
        text=text,
        route=Route.PUBLIC_REPLY,
        reply_to=question,
        seen_message_id=question.pk,
    )
    return work(message)


def answers(sandbox: Running) -> list[str]:
    """What the brand said on X."""
    return [message["text"] for message in said(sandbox, platform="x") if message["by_brand"]]


def test_sent(sandbox: Running, brand: Account, question: Message, agent: User) -> None:
    message = send(question, agent)
    assert message.state == "sent"
    assert answers(sandbox) == ["Hij is onderweg."]

    poll(brand, "timeline", "mentions")
    assert list(Message.objects.filter(direction="outbound")) == [message]
    assert Conversation.objects.get().waiting_since is None


def test_a_connection_cut_after_posting_is_found_on_the_timeline(
    sandbox: Running, brand: Account, question: Message, agent: User
) -> None:
    fault(sandbox, "reset_after_accept", "POST /2/tweets")
    message = send(question, agent)
    assert message.state == "unknown"
    work(message, timedelta(seconds=20))
    assert (message.state, len(answers(sandbox))) == ("sent", 1)


def test_poller_settles_a_connection_cut_after_posting(
    sandbox: Running, brand: Account, question: Message, agent: User
) -> None:
    fault(sandbox, "reset_after_accept", "POST /2/tweets")
    message = send(question, agent, "Zie https://veldhuis.nl/retour & bel ons")
    assert message.state == "unknown"
    poll(brand, "timeline")
    message.refresh_from_db()
    assert message.state == "sent"
    assert list(Message.objects.filter(direction="outbound")) == [message]


@pytest.mark.parametrize("name", ["rate_limit", "rate_limit_legacy", "server_error_html"])
def test_a_busy_platform_gets_it_later_once(
    sandbox: Running, brand: Account, question: Message, agent: User, name: str
) -> None:
    fault(sandbox, name, "POST /2/tweets")
    message = send(question, agent)
    assert message.state in ("retry", "unknown")
    for minutes in (1, 2, 20, 21, 22):
        work(message, timedelta(minutes=minutes))
    assert (message.state, answers(sandbox)) == ("sent", ["Hij is onderweg."])


def test_lost_access_waits_for_a_new_connection(
    sandbox: Running, brand: Account, question: Message, agent: User
) -> None:
    control(sandbox, "POST", "/control/revoke", platform="x", account=brand.external_id, revoked=True)
    message = send(question, agent)
    assert (message.state, message.error_reason) == ("retry", "reauth")
    brand.refresh_from_db()
    assert brand.health == "reauth"

    control(sandbox, "POST", "/control/revoke", platform="x", account=brand.external_id, revoked=False)
    Account.objects.update(needs_reauth_at=None)
    work(message, timedelta(minutes=1))
    assert (message.state, answers(sandbox)) == ("sent", ["Hij is onderweg."])


def test_a_refusal_for_good_says_why(sandbox: Running, brand: Account, question: Message, agent: User) -> None:
    fault(sandbox, "forbidden_summon", "POST /2/tweets")
    message = send(question, agent)
    assert (message.state, message.error_reason) == ("failed", "not_summoned")
    assert answers(sandbox) == []
    assert Conversation.objects.get().waiting_since == question.sent_at
