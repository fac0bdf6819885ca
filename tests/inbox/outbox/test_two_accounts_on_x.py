"""Two X accounts of ours, tweepy and the sandbox: one is addressed, the other answers (A6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from channels.models import Account
from channels.types import Route
from inbox.models import Conversation, Identity, Message, User
from inbox.outbox import queue
from tests.factories import make_user
from tests.support.sandbox_accounts import connect, fault, said, say
from tests.support.workers import poll, work

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
STREAMS = ("mentions", "timeline", "replies")


@pytest.fixture
def brand(sandbox: Running, settings: Settings) -> Account:
    """The addressed account."""
    settings.X_API_BASE = settings.X_UPLOAD_BASE = settings.MEDIA_SANDBOX = sandbox.url
    return connect(sandbox, "x")


@pytest.fixture
def service(sandbox: Running, brand: Account) -> Account:
    """Another one of ours, which may begin conversations."""
    account = connect(sandbox, "x", name="Veldhuis Helpt", username="veldhuishelpt")
    account.mode = Account.Mode.ENGAGE
    account.save(update_fields=["mode"])
    return account


@pytest.mark.parametrize("cut_off", [False, True])
def test_a6_a_customer_of_one_account_is_answered_by_the_other(
    sandbox: Running, brand: Account, service: Account, cut_off: bool
) -> None:
    # Who names both has summoned both: X lets an account answer nobody else on the usual plans.
    say(sandbox, "x", "post", "karin", "@veldhuis @veldhuishelpt waar blijft mijn kast?")
    poll(brand, *STREAMS)
    question = Message.objects.get(account=brand)
    assert question.conversation is not None
    if cut_off:
        fault(sandbox, "reset_after_accept", "POST /2/tweets")
    message = queue.queue_reply(
        question.conversation,
        make_user(undo_seconds=0),
        text="Dag Karin, @veldhuis heeft hem verstuurd.",
        route=Route.PUBLIC_REPLY,
        reply_to=question,
        seen_message_id=question.pk,
        sender=service,
    )
    work(message)
    assert message.state == ("unknown" if cut_off else "sent")

    for account in (brand, service, brand):
        poll(account, "timeline", "mentions", "replies")
    message.refresh_from_db()
    [posted] = [message for message in said(sandbox, platform="x") if message["by_brand"]]
    assert (message.state, message.external_id, message.account) == ("sent", posted["id"], service)
    assert list(Message.objects.filter(direction="outbound")) == [message]
    conversation = Conversation.objects.get(account=brand)
    assert (conversation.message_count, conversation.waiting_since) == (2, None)
    assert [identity.handle for identity in Identity.objects.all()] == ["karin"], "none of our accounts is a customer"
    assert Message.objects.get(account=brand, external_id=posted["id"]).direction == "context"


def test_a6_x_refusing_an_unnamed_account_gives_the_reason(sandbox: Running, brand: Account, service: Account) -> None:
    agent: User = make_user(undo_seconds=0)
    say(sandbox, "x", "post", "karin", "@veldhuis waar blijft mijn kast?")
    poll(brand, *STREAMS)
    question = Message.objects.get()
    assert question.conversation is not None
    message = queue.queue_reply(
        question.conversation,
        agent,
        text="Hij is onderweg.",
        route=Route.PUBLIC_REPLY,
        reply_to=question,
        seen_message_id=question.pk,
        sender=service,
    )
    work(message)
    assert (message.state, message.error_reason) == ("failed", "not_summoned")
