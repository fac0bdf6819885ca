"""Many deliveries that wait: read together, the newest first, and one that spoils it alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from channels import tasks
from channels.intake import deliveries, handing_over
from channels.models import Account, Delivery
from inbox.ingest.receive import receive
from inbox.models import Message
from tests.factories import make_account

pytestmark = pytest.mark.django_db
MOST = 32  # statements for reading one delivery with one message of somebody new, and looking for the next


@pytest.fixture
def account() -> Account:
    """A number of ours."""
    return make_account("whatsapp", external_id="5550")


def arrive(number: int, account: Account, text: str = "Waar blijft mijn pakket?") -> Delivery:
    """Return a stored delivery with one message."""
    message = {"from": f"3161{number:07}", "id": f"wamid.{number}", "timestamp": "1795000000", "type": "text",
               "text": {"body": text}}  # fmt: skip
    told = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": account.external_id},
            "contacts": [{"wa_id": message["from"], "profile": {"name": "Karin"}}], "messages": [message]}  # fmt: skip
    body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages",
            "value": told}]}]}  # fmt: skip
    return Delivery.objects.create(product="meta", body=json.dumps(body).encode())


def test_backlog_of_an_account_is_stored_in_one_batch(account: Account) -> None:
    rows = [arrive(number, account) for number in range(60)]

    with patch("channels.intake.handing_over.receive", wraps=receive) as received:
        assert deliveries.read_waiting() is False

    assert received.call_count == 1
    assert Message.objects.count() == len(rows)
    assert set(Delivery.objects.values_list("status", flat=True)) == {"read"}


def test_what_comes_in_now_overtakes_the_backlog(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [arrive(number, account).pk for number in range(3)]
    monkeypatch.setattr(deliveries, "AT_ONCE", 1)
    read: list[int] = []

    def note(taken: Sequence[Delivery]) -> None:
        read.extend(delivery.pk for delivery in taken)

    monkeypatch.setattr(deliveries, "_read_each", note)
    deliveries.read_waiting()
    Delivery.objects.update(claimed_at=None)
    deliveries.read_waiting(oldest_first=True)

    oldest, between, newest = rows
    assert read == [newest, between, oldest, oldest, newest, between]


def test_large_bodies_are_not_read_all_at_once(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [arrive(number, account) for number in range(4)]
    monkeypatch.setattr(deliveries, "BYTES_AT_ONCE", int(len(rows[0].body) * 1.5))

    taken = deliveries._take_waiting(oldest_first=True)

    assert [row.pk for row in taken] == [row.pk for row in rows[:2]]


def test_one_bad_delivery_is_set_aside_alone(account: Account) -> None:
    good, bad = arrive(1, account), Delivery.objects.create(product="meta", body=b'{"object": "whatsapp')
    arrive(2, account)

    def hand_over(parsed: Sequence[tuple[Delivery, object]]) -> object:
        if any(delivery.pk == bad.pk for delivery, _events in parsed):
            raise ValueError("odd")
        return real(parsed)  # type: ignore[arg-type]

    real = handing_over.hand_over
    with patch("channels.intake.deliveries.hand_over", hand_over):
        deliveries.read_waiting()

    bad.refresh_from_db()
    assert (Message.objects.count(), bad.status, bad.error) == (2, "waiting", "ValueError: odd")
    assert Delivery.objects.get(pk=good.pk).status == "read"


def test_delivery_that_was_lost_is_found_by_the_sweep(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    arrive(1, account)
    monkeypatch.setattr(deliveries, "GRACE", deliveries.GRACE * 0)

    with patch("channels.tasks.read_waiting.apply_async") as sent:
        tasks.read_deliveries()

    sent.assert_called_once()


def test_one_delivery_of_somebody_new_takes_few_statements(account: Account) -> None:
    arrive(1, account)

    with CaptureQueriesContext(connection) as asked:
        deliveries.read_waiting()

    assert Message.objects.count() == 1
    assert len(asked) <= MOST, [query["sql"][:80] for query in asked]
