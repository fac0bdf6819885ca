"""What can be done about an answer that has not arrived, and to a message that has."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from channels.types import DeliveryReport, Route
from inbox.ingest.receive import receive
from inbox.models import Conversation, Event, Message, User
from inbox.outbox import deliver, queue
from tests import factories
from tests.support.fake_platform import FakeConnector
from tests.support.pages import HTMX, signed_in


def _queued(conversation: Conversation, agent: User) -> Message:
    return queue.queue_reply(
        conversation,
        agent,
        text="Te snel verstuurd",
        route=Route.PUBLIC_REPLY,
        reply_to=None,
        seen_message_id=None,
        code=uuid.uuid4(),
    )


def test_undo_takes_the_answer_back_into_the_composer(page: Client, agent: User, conversation: Conversation) -> None:
    message = _queued(conversation, agent)
    html = page.post(f"/inbox/messages/{message.code}/cancel/", **HTMX).content.decode()
    message.refresh_from_db()
    assert message.state == "cancelled"
    assert ">Te snel verstuurd</textarea>" in html
    assert f"message-{message.code}" not in html


def test_undo_that_comes_too_late_says_so(page: Client, agent: User, conversation: Conversation) -> None:
    message = factories.make_answer(conversation, agent)
    response = page.post(f"/inbox/messages/{message.code}/cancel/", **HTMX)
    assert "Too late" in response["HX-Trigger"]
    message.refresh_from_db()
    assert message.state == "sent"


def test_a_failed_answer_is_tried_again_as_it_is(page: Client, agent: User, conversation: Conversation) -> None:
    message = factories.make_answer(conversation, agent, state="failed", external_id=None, route="public_reply")
    page.post(f"/inbox/messages/{message.code}/retry/", **HTMX)
    message.refresh_from_db()
    assert message.state == "queued"


@pytest.fixture
def uncertain(conversation: Conversation, agent: User) -> Message:
    """An answer of which the platform does not tell whether it took it."""
    return factories.make_answer(
        conversation, agent, text="Zo kan het", state="unknown", external_id=None, first_external_id="",
        route="public_reply", claimed_at=timezone.now(), closes_after=True,
    )  # fmt: skip


def test_unknown_answer_says_so_and_offers_a_decision(
    page: Client, conversation: Conversation, uncertain: Message
) -> None:
    html = page.get(f"/inbox/{conversation.code}/").content.decode()
    assert "and cannot be asked" in html and "We look whether it is there" not in html
    assert f"/inbox/messages/{uncertain.code}/arrived/" in html and ">It arrived</button>" in html
    assert f"/inbox/messages/{uncertain.code}/retry/" in html and ">It did not: send again</button>" in html
    Message.objects.filter(pk=uncertain.pk).update(retry_at=timezone.now())
    html = page.get(f"/inbox/{conversation.code}/").content.decode()
    assert "We look whether it is there" in html and "It arrived" not in html


def test_it_arrived_settles_it_as_sent_and_nothing_is_sent_again(page: Client, uncertain: Message) -> None:
    page.post(f"/inbox/messages/{uncertain.code}/arrived/", **HTMX)
    page.post(f"/inbox/messages/{uncertain.code}/arrived/", **HTMX)
    uncertain.refresh_from_db()
    assert (uncertain.state, deliver.sweep()) == ("sent", [])
    conversation = Conversation.objects.get(messages=uncertain)
    assert (conversation.waiting_since, conversation.status) == (None, "closed")
    assert Event.objects.filter(verb="confirmed").count() == 1
    # Its receipt still finds it, and tells how far it got.
    read = DeliveryReport("read", timezone.now(), external_id="wamid.1", reference=str(uncertain.code))
    receive(uncertain.account, [read])
    uncertain.refresh_from_db()
    assert uncertain.external_id == "wamid.1" and uncertain.read_at


def test_it_did_not_arrive_sends_it_again(page: Client, uncertain: Message) -> None:
    page.post(f"/inbox/messages/{uncertain.code}/retry/", **HTMX)
    uncertain.refresh_from_db()
    assert (uncertain.state, deliver.sweep()) == ("queued", [uncertain.pk])


def test_answer_being_looked_up_cannot_be_settled_by_hand(page: Client, uncertain: Message) -> None:
    Message.objects.filter(pk=uncertain.pk).update(retry_at=timezone.now())
    for verb in ("arrived", "retry", "discard"):
        page.post(f"/inbox/messages/{uncertain.code}/{verb}/", **HTMX)
    uncertain.refresh_from_db()
    assert uncertain.state == "unknown"


def test_a_failed_answer_is_edited_in_the_composer(page: Client, agent: User, conversation: Conversation) -> None:
    message = factories.make_answer(
        conversation, agent, text="Nog eens", state="failed", external_id=None, route="public_reply"
    )
    html = page.post(f"/inbox/messages/{message.code}/discard/", {"edit": "1"}, **HTMX).content.decode()
    assert ">Nog eens</textarea>" in html
    message.refresh_from_db()
    assert message.state == "cancelled"


def test_a_failed_answer_is_thrown_away(page: Client, agent: User, conversation: Conversation) -> None:
    message = factories.make_answer(conversation, agent, state="failed", external_id=None, route="public_reply")
    html = page.post(f"/inbox/messages/{message.code}/discard/", **HTMX).content.decode()
    assert f"message-{message.code}" not in html


@pytest.mark.parametrize("verb", ["cancel", "retry", "arrived", "discard", "like", "hide", "context"])
def test_somebody_limited_to_other_accounts_finds_no_message(
    outsider: User, conversation: Conversation, verb: str
) -> None:
    message = conversation.messages.get()
    assert signed_in(outsider).post(f"/inbox/messages/{message.code}/{verb}/").status_code == 404


def test_an_act_nobody_knows_is_not_there(page: Client, conversation: Conversation) -> None:
    assert page.post(f"/inbox/messages/{conversation.messages.get().code}/explode/").status_code == 404


def test_what_a_platform_cannot_do_is_not_offered(page: Client) -> None:
    instagram = factories.make_account("instagram")
    message = factories.make_inbound(instagram, kind="comment")
    assert message.conversation is not None
    html = page.get(message.conversation.get_absolute_url()).content.decode()
    offered = {action for action in ("like", "hide") if f"/inbox/messages/{message.code}/{action}/" in html}
    assert offered == {
        action for action in ("like", "hide") if action in {str(a) for a in instagram.capabilities.actions}
    }


def test_a_like_is_put_on_the_platform_and_shown(page: Client, fake_platform: type[FakeConnector], db: None) -> None:
    account = factories.make_account("fake")
    message = factories.make_inbound(account)
    assert message.conversation is not None
    html = page.post(f"/inbox/messages/{message.code}/like/", **HTMX).content.decode()
    message.refresh_from_db()
    assert message.liked_at is not None
    assert message.liked_at <= timezone.now()
    assert "Liked by us" in html
    assert f"/inbox/messages/{message.code}/unlike/" in html


def test_an_act_the_account_may_not_do_says_why(page: Client, account: Account, conversation: Conversation) -> None:
    account.mode = Account.Mode.LISTEN
    account.save()
    response = page.post(f"/inbox/messages/{conversation.messages.get().code}/like/", **HTMX)
    assert "only listens" in response["HX-Trigger"]


def test_g12_in_training_one_hides_deletes_and_blocks_nothing(fake_platform: type[FakeConnector], db: None) -> None:
    message, mila = (
        factories.make_inbound(factories.make_account("fake")),
        factories.make_user("trainee", language="en"),
    )
    conversation = message.conversation
    assert conversation is not None
    own = factories.make_answer(conversation, mila)
    page, agent = signed_in(mila), signed_in(factories.make_user())
    for offered, browser in ((False, page), (True, agent)):
        html = browser.get(conversation.get_absolute_url()).content.decode()
        for row, verb in ((message, "hide"), (own, "delete_own")):
            assert (f"/inbox/messages/{row.code}/{verb}/" in html) is offered, verb
    for row, verb in ((message, "hide"), (own, "delete_own")):
        assert "Who is in training" in page.post(f"/inbox/messages/{row.code}/{verb}/", **HTMX)["HX-Trigger"]
        row.refresh_from_db()
        assert (row.hidden_at, row.removed_at) == (None, None)
    on_x = factories.make_conversation(factories.make_account("x", agents_may_block=True))
    address = f"/inbox/{on_x.code}/block/"
    assert (page.get(address).status_code, agent.get(address).status_code) == (403, 200)
