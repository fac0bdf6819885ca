"""The automatic message through the real connectors: it stands on the platform once, and comes back as ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from channels.intake import polling
from channels.models import Account, Stream
from inbox.models import Conversation, Message, Response
from inbox.outbox import autoreply, deliver
from inbox.triage import estimates
from tests.support.meta import World
from tests.support.meta_door import Door, standing
from tests.support.opening_hours import TEXTS, shut
from tests.support.sandbox_accounts import connect, said, say

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
KINDS = {"x": "dm", "facebook": "message", "instagram": "message"}


@pytest.fixture
def door(platforms: Running) -> Iterator[Door]:
    with standing(World(platforms.url)) as door:
        yield door


def told_at(platforms: Running, platform: str) -> Account:
    """Connect an account that says when an answer follows, at night."""
    shut()
    account = connect(platforms, platform)
    Account.objects.filter(pk=account.pk).update(automatic_on=True, **TEXTS)
    account.refresh_from_db()
    return account


def poll(account: Account) -> None:
    for stream in account.streams.all():
        Stream.objects.filter(pk=stream.pk).update(next_poll_at=timezone.now())
        polling.poll(stream.pk)


def decide_and_send() -> Message:
    estimates.estimate_due()  # an automatic message waits until the customer's language is told
    for pk in autoreply.due():
        autoreply.queue_if_due(pk)
    for pk in deliver.sweep():
        deliver.deliver(pk)
    return Message.objects.get(automatic=True)


def stands(platforms: Running, platform: str, text: str) -> int:
    return [message["text"] for message in said(platforms, platform=platform)].count(text)


@pytest.mark.parametrize("platform", sorted(KINDS))
def test_e14_it_arrives_once_and_its_echo_is_no_answer(platforms: Running, platform: str) -> None:
    account = told_at(platforms, platform)
    poll(account)
    say(platforms, platform, KINDS[platform], "karin", "Waar blijft mijn pakket?", to=account.external_id)
    poll(account)
    row = decide_and_send()
    assert (row.state, row.error) == ("sent", "")
    assert row.text.startswith("Automatisch bericht: Wij zijn er weer ")
    assert stands(platforms, platform, row.text) == 1
    poll(account)
    decide_and_send()
    assert stands(platforms, platform, row.text) == 1
    assert Message.objects.filter(direction="outbound").count() == 1
    conversation = Conversation.objects.get()
    assert (conversation.last_direction, conversation.excerpt) == ("inbound", "Waar blijft mijn pakket?")
    assert conversation.waiting_since is not None
    assert not Response.objects.exists()


def test_e14_on_whatsapp_its_receipts_come_back_to_it(platforms: Running, door: Door) -> None:
    account = told_at(platforms, "whatsapp")
    say(platforms, "whatsapp", "text", "karin", "Waar blijft mijn pakket?", to=account.external_id)
    door.let_in(1)
    row = decide_and_send()
    assert row.state == "sent"
    assert stands(platforms, "whatsapp", row.text) == 1
    door.let_in(1)
    assert Message.objects.filter(direction="outbound").count() == 1
    assert Conversation.objects.get().waiting_since is not None
