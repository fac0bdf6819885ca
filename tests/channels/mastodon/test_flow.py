"""A mention's whole way: into the list, answered, and the answer on Mastodon exactly once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client

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
KARIN = "karin@elders.example"


@pytest.fixture
def account(platforms: Running) -> Account:
    """The brand's account, connected by hand."""
    return connect(platforms, "mastodon")


def send(question: Message, agent: User, text: str, route: Route = Route.PUBLIC_REPLY) -> Message:
    assert question.conversation is not None
    message = queue.queue_reply(
        question.conversation, agent, text=text, route=route, reply_to=question, seen_message_id=question.pk
    )
    return work(message)


def answers(sandbox: Running) -> list[tuple[str, str, str]]:
    """What the brand said, under what, and how."""
    rows = said(sandbox, platform="mastodon")
    return [(row["text"], row["in_reply_to"], row["kind"]) for row in rows if row["by_brand"]]


def test_a_mention_is_a_conversation_and_its_answer_stands_once(
    platforms: Running, account: Account, client: Client
) -> None:
    told = say(platforms, "mastodon", "post", KARIN, "@veldhuis waar blijft mijn bank?")
    poll(account, "notifications")
    question = Message.objects.select_related("conversation", "account").get(direction="inbound")
    client.force_login(make_user(language="en"))
    listed = client.get("/inbox/").content.decode()
    assert 'id="p-mastodon"' in listed and "waar blijft mijn bank?" in text_of(listed)
    assert question.conversation is not None
    assert "@karin@elders.example" in text_of(client.get(question.conversation.get_absolute_url()).content.decode())
    message = send(question, make_user(undo_seconds=0), "Die komt morgen.")
    assert message.state == "sent"
    poll(account, "statuses")
    assert answers(platforms) == [("@karin@elders.example Die komt morgen.", told, "post")]
    assert list(Message.objects.filter(direction="outbound")) == [message]
    assert Conversation.objects.get().waiting_since is None


@pytest.mark.parametrize("name", ["reset_after_accept", "mastodon_unavailable"])
def test_an_uncertain_answer_arrives_once(platforms: Running, account: Account, name: str) -> None:
    say(platforms, "mastodon", "post", KARIN, "@veldhuis waar blijft mijn bank?")
    poll(account, "notifications")
    question = Message.objects.select_related("conversation", "account").get(direction="inbound")
    fault(platforms, name, "POST /api/v1/statuses")
    message = send(question, make_user(undo_seconds=0), "Die komt morgen.")
    assert message.state == "unknown"
    for seconds in (16, 70, 75):
        message = work(message, timedelta(seconds=seconds))
    assert message.state == "sent"
    assert len(answers(platforms)) == 1


def test_a_private_question_is_answered_in_private(platforms: Running, account: Account) -> None:
    told = say(platforms, "mastodon", "dm", KARIN, "mijn nummer is 12", to="veldhuis")
    poll(account, "notifications")
    question = Message.objects.select_related("conversation", "account").get(direction="inbound")
    assert question.visibility == "private"
    message = send(question, make_user(undo_seconds=0), "Dank, @buurman weet van niets.", Route.PRIVATE_MESSAGE)
    assert message.state == "sent"
    poll(account, "statuses")
    ((text, parent, kind),) = answers(platforms)
    assert (parent, kind) == (told, "dm")
    assert text.startswith("@karin@elders.example Dank")
    assert list(Message.objects.filter(direction="outbound")) == [message]


def test_a_post_is_shared_with_our_followers_and_taken_back(
    platforms: Running, account: Account, client: Client
) -> None:
    say(platforms, "mastodon", "post", KARIN, "Blij met @veldhuis!")
    poll(account, "notifications")
    praise = Message.objects.get(direction="inbound")
    client.force_login(make_user(language="en"))

    def act(action: str) -> tuple[str, list[str]]:
        shown = client.post(f"/inbox/messages/{praise.code}/{action}/", headers={"HX-Request": "true"})
        (row,) = said(platforms, platform="mastodon")
        return text_of(shown.content.decode()), row["extra"].get("boosts", [])

    shown, boosts = act("boost")
    assert "Shared by us" in shown and len(boosts) == 1
    shown, boosts = act("unboost")
    assert "Shared by us" not in shown and boosts == []
    client.force_login(make_user("trainee", language="en"))
    assert act("boost")[1] == []


def test_a_change_and_a_removal_are_seen(platforms: Running, account: Account) -> None:
    from channels.intake.checkups import check_account  # noqa: PLC0415  the regular look at an account

    changed = say(platforms, "mastodon", "post", KARIN, "@veldhuis is er ook een blauw?")
    gone = say(platforms, "mastodon", "post", KARIN, "@veldhuis foutje")
    poll(account, "notifications")
    control(platforms, "PATCH", f"/control/messages/{changed}", text="@veldhuis is er ook een blauwe?")
    control(platforms, "DELETE", f"/control/messages/{gone}")
    check_account(account.pk)
    assert Message.objects.get(external_id=changed).text == "@veldhuis is er ook een blauwe?"
    assert Message.objects.get(external_id=gone).removed_at is not None


def test_an_admin_connects_the_account_by_the_page(platforms: Running, client: Client) -> None:
    client.force_login(make_user("admin", language="en"))
    made = control(platforms, "POST", "/control/accounts", platform="mastodon", name="Veldhuis", username="veldhuis")
    typed = made["credentials"]

    def page(**changed: str) -> str:
        shown = client.post("/accounts/add/mastodon/", {**typed, **changed}, follow=True).content.decode()
        assert typed["access_token"] not in shown
        return text_of(shown)

    assert "The address must be one of a site over HTTPS" in page(instance="http://10.0.0.1")
    assert "did not accept this: it was not copied in full" in page(access_token="wrong")
    control(platforms, "POST", "/control/grant", platform="mastodon", account="veldhuis", scopes=["read"])
    assert "The access token may do too little." in page()
    assert not Account.objects.exists()
    control(platforms, "POST", "/control/grant", platform="mastodon", account="veldhuis", scopes=[])
    assert "@veldhuis@sociaal.example is connected" in page()
    account = Account.objects.get()
    assert (account.external_id, account.handle) == ("veldhuis@sociaal.example", "veldhuis@sociaal.example")
    assert set(account.streams.values_list("name", flat=True)) == {"notifications", "statuses"}
