"""An agent's answer on its way to Facebook, Instagram and WhatsApp: once, whatever happens, and told how far it got."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from channels.models import Account
from channels.types import Route
from inbox.models import Conversation, Message, User
from inbox.outbox import queue
from inbox.outbox.deliver import deliver
from tests.factories import make_user
from tests.support.meta import World
from tests.support.meta_door import Door, standing
from tests.support.sandbox_accounts import connect

if TYPE_CHECKING:
    from sandbox.testing import Running

PIET = {"id": "9001", "username": "piet", "name": "Piet de Vries"}
WIM = {"id": "31612345678", "name": "Wim"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(platforms: Running) -> World:
    return World(platforms.url)


@pytest.fixture
def door(world: World) -> Iterator[Door]:
    with standing(world) as door:
        yield door


@pytest.fixture
def agent(db: None) -> User:
    return make_user()


def queued(conversation: Conversation, agent: User, text: str, route: Route, reply_to: Message) -> Message:
    row = queue.queue_reply(
        conversation, agent, text=text, route=route, reply_to=reply_to, seen_message_id=reply_to.pk, undo_seconds=0
    )
    deliver(row.pk)
    row.refresh_from_db()
    return row


def answered(account: Account, agent: User, text: str, route: Route) -> Message:
    """Answer the newest message there is."""
    asked = Message.objects.filter(account=account, direction="inbound").latest("pk")
    assert asked.conversation
    return queued(asked.conversation, agent, text, route, asked)


def ours(world: World, platform: str) -> list[str]:
    return [
        str(row["text"]) for row in world.said(platform) if row["by_brand"] and row["kind"] not in ("post", "media")
    ]


def look_up(row: Message, times: int = 2) -> None:
    """Let the outbox look for a row as often as it does by itself."""
    for _ in range(times):
        Message.objects.filter(code=row.code).update(retry_at=timezone.now() - timedelta(seconds=1))
        deliver(row.pk)
    row.refresh_from_db()


def test_comment_is_answered_once_despite_its_webhook(
    platforms: Running, world: World, door: Door, agent: User
) -> None:
    account = connect(platforms, "facebook")
    post = world.say("facebook", "post", "Nieuw!", {"id": account.external_id})
    world.say("facebook", "comment", "Waar is het?", PIET, in_reply_to=post)
    door.let_in(2)
    row = answered(account, agent, "Onderweg, Piet", Route.PUBLIC_REPLY)
    assert row.state == Message.State.SENT and row.external_id
    door.let_in(1)
    assert Message.objects.filter(direction="outbound").count() == 1
    assert ours(world, "facebook") == ["Onderweg, Piet"]
    assert not Conversation.objects.exclude(waiting_since=None).exists()


def test_echo_settles_a_private_answer_that_broke_off(
    platforms: Running, world: World, door: Door, agent: User
) -> None:
    account = connect(platforms, "facebook")
    world.say("facebook", "message", "Hallo", PIET)
    door.let_in(1)
    world.fault("reset_after_accept", "POST */messages")
    row = answered(account, agent, "Dag Piet", Route.PRIVATE_MESSAGE)
    assert row.state == Message.State.UNKNOWN
    door.let_in(1)
    row.refresh_from_db()
    assert row.state == Message.State.SENT and row.external_id
    assert ours(world, "facebook") == ["Dag Piet"]


@pytest.mark.parametrize("route", [Route.PUBLIC_REPLY, Route.PRIVATE_MESSAGE])
@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_without_webhooks_a_broken_off_sending_is_looked_up(
    platforms: Running, world: World, door: Door, agent: User, platform: str, route: Route
) -> None:
    account = connect(platforms, platform)
    if route == Route.PRIVATE_MESSAGE:
        world.say(platform, "message", "Hallo", PIET)
        door.let_in(1)
    else:
        kind, count = ("post", 2) if platform == "facebook" else ("media", 1)
        post = world.say(platform, kind, "Nieuw!", {"id": account.external_id})
        world.say(platform, "comment", "Waar is het?", PIET, in_reply_to=post)
        door.let_in(count)
    world.fault("reset_after_accept", "POST *")
    row = answered(account, agent, "Komt eraan", route)
    assert row.state == Message.State.UNKNOWN
    look_up(row, 1)
    assert row.state == Message.State.SENT and row.external_id
    assert ours(world, platform) == ["Komt eraan"]


def test_an_answer_that_never_left_is_sent_after_looking_twice(
    platforms: Running, world: World, door: Door, agent: User
) -> None:
    account = connect(platforms, "facebook")
    world.say("facebook", "message", "Hallo", PIET)
    door.let_in(1)
    world.fault("server_error_html", "POST */messages")
    row = answered(account, agent, "Dag Piet", Route.PRIVATE_MESSAGE)
    assert row.state == Message.State.UNKNOWN and ours(world, "facebook") == []
    look_up(row)
    assert row.state == Message.State.RETRY
    look_up(row, 1)
    assert row.state == Message.State.SENT and ours(world, "facebook") == ["Dag Piet"]


def test_whatsapps_status_settles_what_nobody_can_look_up(
    platforms: Running, world: World, door: Door, agent: User
) -> None:
    account = connect(platforms, "whatsapp")
    world.say("whatsapp", "text", "Hoi", WIM)
    door.let_in(1)
    world.fault("reset_after_accept", "POST */messages")
    row = answered(account, agent, "Dag Wim", Route.PRIVATE_MESSAGE)
    assert row.state == Message.State.UNKNOWN
    look_up(row)
    assert row.state == Message.State.UNKNOWN and ours(world, "whatsapp") == ["Dag Wim"]
    assert row.retry_at is None, "it waits for its status or for a person"
    door.let_in(1)
    row.refresh_from_db()
    assert row.state == Message.State.SENT and row.external_id


def test_late_whatsapp_failure_marks_failed_with_reason(
    platforms: Running, world: World, door: Door, agent: User
) -> None:
    account = connect(platforms, "whatsapp")
    world.say("whatsapp", "text", "Hoi", WIM)
    door.let_in(1)
    world.fault("wa_undeliverable", "POST */messages")
    row = answered(account, agent, "Dag Wim", Route.PRIVATE_MESSAGE)
    assert row.state == Message.State.SENT
    while row.state == Message.State.SENT:
        door.let_in(1)
        row.refresh_from_db()
    assert (row.state, row.error_code, row.error_reason) == (Message.State.FAILED, "131026", "recipient_unavailable")


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        ("token_expired", Message.State.RETRY, "reauth"),
        ("throttled_80006", Message.State.RETRY, "rate_limited"),
        ("window_closed", Message.State.FAILED, "window_closed"),
        ("blocked_368", Message.State.FAILED, "blocked"),
    ],
)
def test_a_refusal_is_told_with_its_reason(
    platforms: Running, world: World, door: Door, agent: User, fault: str, state: str, reason: str
) -> None:
    account = connect(platforms, "facebook")
    world.say("facebook", "message", "Hallo", PIET)
    door.let_in(1)
    world.fault(fault, "POST */messages", mode="always")
    row = answered(account, agent, "Dag Piet", Route.PRIVATE_MESSAGE)
    assert (row.state, row.error_reason) == (state, reason)
    account.refresh_from_db()
    assert bool(account.needs_reauth_at) is (reason == "reauth")
    assert bool(account.rate_limited_until) is (reason == "rate_limited")


def test_a_private_answer_to_a_comment_is_one_row_with_its_echo(
    platforms: Running, world: World, door: Door, agent: User
) -> None:
    account = connect(platforms, "facebook")
    post = world.say("facebook", "post", "Nieuw!", {"id": account.external_id})
    world.say("facebook", "comment", "Mijn bestelling is 123", PIET, in_reply_to=post)
    door.let_in(2)
    row = answered(account, agent, "Even privé", Route.PRIVATE_REPLY)
    assert row.state == Message.State.SENT
    door.let_in(1)
    assert Message.objects.filter(direction="outbound").count() == 1
    assert ours(world, "facebook") == ["Even privé"]
