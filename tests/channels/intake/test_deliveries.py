"""Reading what webhooks brought: everything becomes a message or is kept; what fails waits and can be replayed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from channels import tasks
from channels.errors import ChannelError, RateLimited
from channels.intake import deliveries, polling
from channels.models import Account, Delivery, UnreadItem
from channels.types import NotUnderstood
from channels.x.connector import XConnector
from inbox.ingest.receive import receive
from inbox.models import Message
from sandbox.testing import Running
from tests.factories import incoming, make_account, read_delivery
from tests.support.deliveries import envelope, stored
from tests.support.sandbox_accounts import connect, control, fault, say
from tests.support.x_payloads import x_payload


def read(delivery: Delivery) -> Delivery:
    read_delivery(delivery.pk)
    delivery.refresh_from_db()
    return delivery


@pytest.fixture
def account(db: None) -> Account:
    return make_account("x", external_id="22", handle="veldhuis")


def test_a_delivery_becomes_a_message(account: Account) -> None:
    delivery = read(stored(x_payload("x_activity_2026-07.json")[0]))
    assert (delivery.status, delivery.error) == ("read", "")
    assert delivery.read_at is not None
    message = Message.objects.get()
    assert (message.text, message.account_id) == ("@veldhuis hallo?", account.pk)
    account.refresh_from_db()
    assert account.last_delivery_at == delivery.received_at
    assert account.last_message_at is not None


def test_the_same_delivery_twice_is_one_message(account: Account) -> None:
    body = x_payload("x_activity_2026-07.json")[0]
    read(stored(body))
    read(stored(body))
    assert Message.objects.count() == 1


def test_read_delivery_is_not_read_again_until_replayed(account: Account) -> None:
    delivery = read(stored(x_payload("x_activity_2026-07.json")[0]))
    with patch.object(XConnector, "parse_webhook") as parse:
        deliveries.read(delivery.pk)
        parse.assert_not_called()
        deliveries.replay(delivery.pk)
        parse.assert_called_once()


def test_what_is_not_understood_is_kept_and_counted(account: Account) -> None:
    encrypted = x_payload("x_activity_2026-07.json")[3]
    read(stored(encrypted))
    read(stored(encrypted))
    item = UnreadItem.objects.get()
    assert (item.account, item.times, item.reason) == (account, 2, "webhook: chat.received")
    assert item.body["payload"]["encrypted"] == "AAAA"


def test_an_item_for_an_account_we_do_not_have_is_kept(db: None) -> None:
    delivery = read(stored(x_payload("x_activity_2026-07.json")[0]))
    item = UnreadItem.objects.get()
    assert (delivery.status, item.account, item.delivery) == ("read", None, delivery)
    assert item.reason == "webhook: no account x 22"
    assert "hallo?" in json.dumps(item.body)


@pytest.mark.parametrize("body", [b"\xff\xfe no json", b"[1, 2]", b'"text"', b""])
def test_a_body_that_is_no_json_object_is_kept(db: None, body: bytes) -> None:
    delivery = read(stored(body))
    assert (delivery.status, UnreadItem.objects.count()) == ("read", 1)


@pytest.mark.parametrize(
    "body", [{}, {"object": "ad_account"}, {"object": "page", "entry": None}, {"object": "page", "entry": ["?"]}]
)
def test_a_strange_object_of_meta_is_kept(db: None, body: dict[str, Any]) -> None:
    assert read(stored(body, "meta")).status == "read"
    assert UnreadItem.objects.count() == 1


def test_failing_body_stays_with_its_error_and_is_retried(account: Account) -> None:
    delivery = stored(x_payload("x_activity_2026-07.json")[0])
    with patch.object(XConnector, "parse_webhook", side_effect=KeyError("entry")):
        read(delivery)
        assert (delivery.status, delivery.error) == ("waiting", "KeyError: 'entry'")
        assert delivery.retry_at is not None
        assert delivery.retry_at > timezone.now()
        for _ in range(deliveries.MOST_ATTEMPTS):
            Delivery.objects.update(retry_at=None)
            read(delivery)
    assert delivery.status == "failed"
    deliveries.replay(delivery.pk)
    delivery.refresh_from_db()
    assert (delivery.status, Message.objects.count()) == ("read", 1)


def test_deliveries_whose_task_was_lost_are_found(account: Account) -> None:
    delivery = stored(x_payload("x_activity_2026-07.json")[0])
    assert deliveries.due() == []
    assert deliveries.due(timezone.now() + timedelta(seconds=5)) == [delivery.pk]
    read(delivery)
    assert deliveries.due(timezone.now() + timedelta(seconds=5)) == []


def test_a_reader_that_died_is_replaced_after_a_while(account: Account) -> None:
    delivery = stored(x_payload("x_activity_2026-07.json")[0])
    with patch("channels.intake.deliveries.hand_over", side_effect=SystemExit), pytest.raises(SystemExit):
        deliveries.read(delivery.pk)
    assert deliveries.due(timezone.now() + timedelta(seconds=30)) == []
    assert deliveries.due(timezone.now() + deliveries.LOCK + timedelta(seconds=1)) == [delivery.pk]


def die(*pks: int) -> None:
    """Claim these as a reader does that then dies, and find what it left."""
    long_ago = timezone.now() - deliveries.LOCK * 2
    Delivery.objects.filter(pk__in=pks).update(claimed_at=long_ago)
    deliveries.due()


def test_death_in_company_counts_against_nobody(account: Account) -> None:
    pks = [Delivery.objects.create(product="x", body=b"{}").pk for _number in range(3)]
    die(*pks)
    die(pks[0])
    assert list(Delivery.objects.order_by("pk").values_list("alone", "losses", "status")) == [
        (True, 1, "waiting"), (True, 0, "waiting"), (True, 0, "waiting"),
    ]  # fmt: skip
    die(pks[0])
    assert Delivery.objects.filter(status="failed").get().pk == pks[0]


def test_a_large_body_is_set_aside_before_its_reader_ends(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[float] = []

    def limit(seconds: float) -> AbstractContextManager[None]:
        limits.append(seconds)
        return nullcontext()

    monkeypatch.setattr(deliveries, "processor_time", limit)
    body = json.dumps({"for_user_id": "22", "odd": "x" * 3_000_000}).encode()
    deliveries.read(Delivery.objects.create(product="x", body=body).pk)
    assert limits and max(limits) < tasks.LONGEST_READING < deliveries.LOCK.total_seconds()


def test_while_an_account_is_paused_its_deliveries_wait(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(paused_at=timezone.now())
    delivery = read(stored(x_payload("x_activity_2026-07.json")[0]))
    assert (delivery.status, Message.objects.count()) == ("waiting", 0)
    Account.objects.filter(pk=account.pk).update(paused_at=None)
    Delivery.objects.update(retry_at=None)
    assert read(delivery).status == "read"
    assert Message.objects.count() == 1


def pointing(body: dict[str, Any]) -> list[tuple[str, str, NotUnderstood]]:
    return [("x", "22", NotUnderstood("lookup", body))]


def test_what_a_delivery_only_points_at_is_looked_up(account: Account) -> None:
    with (
        patch.object(XConnector, "parse_webhook", return_value=pointing({"comment_id": "1"})),
        patch.object(XConnector, "complete", return_value=[incoming("gevonden", external_id="1")]),
    ):
        assert read(stored({})).status == "read"
    assert Message.objects.get().text == "gevonden"


def test_look_up_waits_for_the_platform_and_delays_nothing(account: Account) -> None:
    soon = timezone.now() + timedelta(minutes=7)
    items = [*pointing({"comment_id": "1"}), ("x", "22", incoming("gewoon", external_id="2"))]
    delivery = stored({})
    with (
        patch.object(XConnector, "parse_webhook", return_value=items),
        patch.object(XConnector, "complete", side_effect=RateLimited("slower", retry_at=soon)),
    ):
        read(delivery)
    assert (delivery.status, delivery.retry_at) == ("waiting", soon)
    assert [message.text for message in Message.objects.all()] == ["gewoon"]


def test_a_look_up_that_cannot_work_is_kept_as_not_understood(account: Account) -> None:
    gone = ChannelError("gone", permanent=True, reason="message_gone")
    with (
        patch.object(XConnector, "parse_webhook", return_value=pointing({"comment_id": "1"})),
        patch.object(XConnector, "complete", side_effect=gone),
    ):
        assert read(stored({})).status == "read"
    assert UnreadItem.objects.get().body == {"comment_id": "1"}


def test_only_old_bodies_that_were_read_are_purged(account: Account) -> None:
    old = timezone.now() - timedelta(days=40)
    kept = [stored({}), stored({}), stored({})]
    gone = stored({})
    Delivery.objects.filter(pk__in=[kept[1].pk, kept[2].pk, gone.pk]).update(received_at=old)
    Delivery.objects.filter(pk=kept[2].pk).update(status="failed")
    Delivery.objects.filter(pk__in=[kept[0].pk, gone.pk]).update(status="read")
    assert deliveries.purge() == 1
    assert set(Delivery.objects.values_list("pk", flat=True)) == {delivery.pk for delivery in kept}


PRODUCTS = {"x": "x", "facebook": "meta", "instagram": "meta", "whatsapp": "meta"}
KINDS = {"x": "post", "facebook": "visitor_post", "instagram": "message", "whatsapp": "text"}


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def hook_up(platforms: Running, live_server: LiveServer, account: Account) -> None:
    product = PRODUCTS[account.platform]
    control(
        platforms, "POST", "/control/webhooks",
        product=product, url=f"{live_server.url}/webhooks/{product}/", verify_token=account.verify_token,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("platform", list(PRODUCTS))
def test_a_message_on_each_platform_comes_in_by_webhook(
    platforms: Running, live_server: LiveServer, platform: str
) -> None:
    account = connect(platforms, platform)
    hook_up(platforms, live_server, account)
    author = "31612345678" if platform == "whatsapp" else "karin"
    say(platforms, platform, KINDS[platform], author, "@veldhuis waar blijft mijn pakket? 📦", to=account.external_id)
    wait_until(Delivery.objects.exists)
    for delivery in Delivery.objects.all():
        assert read(delivery).status == "read"
    message = Message.objects.get(direction="inbound")
    assert message.text == "@veldhuis waar blijft mijn pakket? 📦"
    assert not UnreadItem.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_webhook_and_poll_of_the_same_post_are_one_message(platforms: Running, live_server: LiveServer) -> None:
    account = connect(platforms, "x")
    hook_up(platforms, live_server, account)
    fault(platforms, "duplicate", mode="always")
    say(platforms, "x", "post", "karin", "@veldhuis een")
    wait_until(lambda: Delivery.objects.count() >= 2)
    polling.poll(account.streams.get(name="mentions").pk)
    for delivery in Delivery.objects.all():
        read(delivery)
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_polling_replaces_a_delivery_with_a_wrong_signature(platforms: Running, live_server: LiveServer) -> None:
    account = connect(platforms, "x")
    hook_up(platforms, live_server, account)
    fault(platforms, "wrong_signature", mode="always")
    say(platforms, "x", "post", "karin", "@veldhuis een")
    polling.poll(account.streams.get(name="mentions").pk)
    assert (Message.objects.count(), Delivery.objects.count()) == (1, 0)


def test_many_that_wait_are_handed_over_in_one_go(account: Account) -> None:
    rows = [stored(envelope(number)) for number in range(30)]
    with patch("channels.intake.handing_over.receive", wraps=receive) as received:
        deliveries.read(rows[-1].pk)
    assert received.call_count == 1
    assert set(Delivery.objects.values_list("status", flat=True)) == {"read"}
    assert Message.objects.count() == 30


def test_one_that_cannot_be_read_spoils_none_of_the_others(account: Account) -> None:
    rows = [stored(envelope(number)) for number in range(5)]
    real = XConnector.parse_webhook

    def stumble(body: dict[str, Any]) -> Any:
        if body == envelope(2):
            raise KeyError("payload")
        return real(body)

    with patch.object(XConnector, "parse_webhook", stumble):
        deliveries.read(rows[0].pk)
    states = dict(Delivery.objects.values_list("pk", "status"))
    assert [states[row.pk] for row in rows] == ["read", "read", "waiting", "read", "read"]
    assert (Message.objects.count(), Delivery.objects.get(pk=rows[2].pk).attempts) == (4, 1)


def test_of_many_only_those_wait_that_have_to(account: Account) -> None:
    plain, lookup = stored(envelope(1)), stored({"data": None})
    real = XConnector.parse_webhook
    with (
        patch.object(XConnector, "parse_webhook", lambda body: real(body) if body["data"] else pointing({"id": "1"})),
        patch.object(XConnector, "complete", side_effect=ChannelError("away", reason="unreachable")),
    ):
        read_delivery(plain.pk)
    plain.refresh_from_db()
    lookup.refresh_from_db()
    assert (plain.status, lookup.status, lookup.error) == ("read", "waiting", "away")
