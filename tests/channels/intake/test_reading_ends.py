"""Reading a body comes to an end whatever stands in it: what hangs is set aside alone, and can be read again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NoReturn
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone

from channels.intake import deliveries
from channels.models import Account, Delivery, UnreadItem
from channels.x.connector import XConnector
from inbox.ingest.receive import receive
from inbox.models import Message
from tests.factories import make_account, make_user
from tests.support.deliveries import envelope, stored

pytestmark = pytest.mark.django_db
AFTER_A_LOSS = deliveries.LOCK + timedelta(seconds=1)


@pytest.fixture
def account() -> Account:
    return make_account("x", external_id="22", handle="veldhuis")


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliveries, "LONGEST", 0.3)
    monkeypatch.setattr(deliveries, "LONGEST_PER_MB", 0.0)


def hang() -> NoReturn:
    while True:
        pass


def states(rows: list[Delivery]) -> list[str]:
    found = dict(Delivery.objects.values_list("pk", "status"))
    return [found[row.pk] for row in rows]


def hanging_at(number: int) -> Any:
    real = XConnector.parse_webhook
    return patch.object(XConnector, "parse_webhook", lambda body: hang() if body == envelope(number) else real(body))


def test_a_body_that_hangs_is_set_aside_at_once(account: Account) -> None:
    rows = [stored(envelope(number)) for number in range(5)]
    with hanging_at(2):
        deliveries.read(rows[0].pk)
    assert states(rows) == ["read", "read", "failed", "read", "read"]
    assert Message.objects.count() == 4
    rows[2].refresh_from_db()
    assert (rows[2].error, rows[2].attempts, rows[2].retry_at) == ("Reading it took too long.", 1, None)
    assert deliveries.due(timezone.now() + timedelta(hours=1)) == []


def test_what_hangs_when_it_is_stored_is_found_alone(account: Account) -> None:
    rows = [stored(envelope(number)) for number in range(4)]
    poison = envelope(1)["data"]["payload"]["id"]

    def store(account: Account, events: Any, **more: Any) -> Any:
        return hang() if any(event.external_id == poison for event in events) else receive(account, events, **more)

    with patch("channels.intake.handing_over.receive", store):
        deliveries.read(rows[0].pk)
    assert states(rows) == ["read", "failed", "read", "read"]


def test_an_admin_sees_what_hung_and_reads_it_again(account: Account, client: Client) -> None:
    row = stored(envelope(1))
    with hanging_at(1):
        deliveries.read(row.pk)
    client.force_login(make_user("admin"))
    assert "Reading it took too long." in client.get("/accounts/deliveries/").content.decode()
    client.post(f"/accounts/deliveries/{row.pk}/replay/")
    deliveries.read(row.pk)
    assert (states([row]), Message.objects.count()) == (["read"], 1)


def test_what_readers_die_of_alone_is_set_aside(account: Account) -> None:
    rows = [stored(envelope(number)) for number in range(3)]
    with patch("channels.intake.deliveries.hand_over", side_effect=SystemExit):
        with pytest.raises(SystemExit):
            deliveries.read(rows[0].pk)
        assert deliveries.due(timezone.now() + AFTER_A_LOSS) == [row.pk for row in rows]
        for _turn in range(deliveries.MOST_LOSSES):
            deliveries.due(timezone.now() + AFTER_A_LOSS)
            with pytest.raises(SystemExit):
                deliveries.read(rows[0].pk)  # alone this time
    assert deliveries.due(timezone.now() + AFTER_A_LOSS) == [rows[1].pk, rows[2].pk]
    for row in rows[1:]:
        deliveries.read(row.pk)
    assert states(rows) == ["failed", "read", "read"]


def test_an_item_the_database_refuses_is_set_aside_alone(account: Account) -> None:
    rows = [stored(envelope(number)) for number in range(3)]
    bad = envelope(1)["data"]["payload"]["id"]

    def uncleaned(event: Any) -> Any:
        return (
            event if getattr(event, "external_id", "") != bad else type(event)(**fields_of(event) | {"text": "a\x00"})
        )

    with patch("inbox.ingest.receive.cleaned", uncleaned):
        deliveries.read(rows[0].pk)
    assert states(rows) == ["read", "failed", "read"]
    assert Message.objects.count() == 2
    assert UnreadItem.objects.get().body["id"] == bad


def fields_of(event: Any) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__dataclass_fields__}


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 20_000,
        b"[" * 20_000 + b"]" * 20_000,
        b"\xff\xfe\x00",
        b'{"a": "\\ud800 \\u0000", "b": NaN, "c": ' + b"9" * 5000 + b"}",
        b'{"a": "' + b"x" * 3_000_000 + b'"}',
    ],
)
def test_pages_of_kept_bodies_survive_any_body(client: Client, body: bytes) -> None:
    client.force_login(make_user("admin"))
    row = stored(body)
    deliveries.read(row.pk)
    Delivery.objects.filter(pk=row.pk).update(status="failed", error="x")
    for address in ("/accounts/deliveries/", "/accounts/not-understood/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert len(answer.content) < 200_000
