"""A mention's whole way: into the list, answered, and the answer on Bluesky exactly once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from channels.accounts import renewing
from channels.models import Account
from channels.types import Route
from inbox.models import Conversation, Message, User
from inbox.outbox import queue
from tests.factories import make_user
from tests.support.html import text_of
from tests.support.sandbox_accounts import connect, control, fault, said, say
from tests.support.workers import poll, work

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(platforms: Running) -> Account:
    """The brand's account, connected by hand."""
    return connect(platforms, "bluesky", username="veldhuis.bsky.example")


def send(question: Message, agent: User, text: str, route: Route = Route.PUBLIC_REPLY) -> Message:
    assert question.conversation is not None
    message = queue.queue_reply(
        question.conversation, agent, text=text, route=route, reply_to=question, seen_message_id=question.pk
    )
    return work(message)


def answers(sandbox: Running) -> list[tuple[str, str | None, str]]:
    """What the brand said, under what, and how."""
    rows = said(sandbox, platform="bluesky")
    return [(row["text"], row["in_reply_to"], row["kind"]) for row in rows if row["by_brand"]]


def ask(sandbox: Running, account: Account) -> Message:
    say(sandbox, "bluesky", "post", "karin", "@veldhuis.bsky.example waar blijft mijn bank?")
    poll(account, "notifications")
    return Message.objects.select_related("conversation", "account").get(direction="inbound")


def test_a_mention_is_a_conversation_and_its_answer_stands_once(
    platforms: Running, account: Account, client: Client
) -> None:
    question = ask(platforms, account)
    client.force_login(make_user(language="en"))
    listed = client.get("/inbox/").content.decode()
    assert 'id="p-bluesky"' in listed and "waar blijft mijn bank?" in text_of(listed)
    assert question.conversation is not None
    assert "@karin.bsky.example" in text_of(client.get(question.conversation.get_absolute_url()).content.decode())
    message = send(question, make_user(undo_seconds=0), "Die komt morgen.")
    assert message.state == "sent"
    poll(account, "posts")
    key = str(question.external_id).rpartition("/")[2]
    assert answers(platforms) == [("Die komt morgen.", key, "post")]
    assert list(Message.objects.filter(direction="outbound")) == [message]
    assert Conversation.objects.get().waiting_since is None


@pytest.mark.parametrize("name", ["reset_after_accept", "bluesky_upstream"])
def test_an_uncertain_answer_arrives_once(platforms: Running, account: Account, name: str) -> None:
    question = ask(platforms, account)
    fault(platforms, name, "POST /xrpc/com.atproto.repo.putRecord")
    message = send(question, make_user(undo_seconds=0), "Die komt morgen.")
    assert message.state == "unknown"
    for seconds in (16, 70, 75):
        message = work(message, timedelta(seconds=seconds))
    assert message.state == "sent"
    assert len(answers(platforms)) == 1


def test_a_private_question_is_answered_in_private(platforms: Running, account: Account) -> None:
    say(platforms, "bluesky", "dm", "karin", "mijn nummer is 12", to="veldhuis.bsky.example")
    poll(account, "messages")
    question = Message.objects.select_related("conversation", "account").get(direction="inbound")
    message = send(question, make_user(undo_seconds=0), "Dank je.", Route.PRIVATE_MESSAGE)
    assert message.state == "sent"
    poll(account, "messages")
    assert answers(platforms) == [("Dank je.", None, "dm")]
    assert list(Message.objects.filter(direction="outbound")) == [message]


def test_access_is_renewed_before_it_ends(platforms: Running, account: Account) -> None:
    first = account.credentials
    assert account.access_ends_at is not None and renewing.due() == []
    with time_machine.travel(timezone.now() + timedelta(minutes=105)):
        assert renewing.due() == [account.pk]
        assert renewing.renew(account.pk)
    account.refresh_from_db()
    assert account.credentials["access_token"] != first["access_token"]
    poll(account, "notifications")
    assert account.health != "reauth"


def test_an_admin_connects_the_account_by_the_page(platforms: Running, client: Client) -> None:
    client.force_login(make_user("admin", language="en"))
    name = {"platform": "bluesky", "name": "Veldhuis", "username": "veldhuis.bsky.example"}
    made = control(platforms, "POST", "/control/accounts", **name)
    typed = made["credentials"]

    def page(**changed: str) -> str:
        shown = client.post("/accounts/add/bluesky/", {**typed, **changed}, follow=True).content.decode()
        assert typed["app_password"] not in shown
        return text_of(shown)

    assert "The address must be one of a site over HTTPS" in page(server="http://10.0.0.1")
    wrong = page(app_password="wrong")
    assert "does not know this name, or not with this app password" in wrong and "bluesky/" not in wrong
    assert not Account.objects.exists()
    control(platforms, "POST", "/control/grant", platform="bluesky", account=made["id"], no_chat=True)
    assert "@veldhuis.bsky.example is connected" in page()
    account = Account.objects.get()
    assert (account.external_id, account.handle) == (made["id"], "veldhuis.bsky.example")
    assert set(account.streams.values_list("name", flat=True)) == {"notifications", "posts", "messages"}
    poll(account, "messages")
    assert "Make one that may read them too." in text_of(client.get(f"/accounts/{account.code}/").content.decode())
