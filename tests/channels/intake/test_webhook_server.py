"""Deliveries as they come through the web server: taken beside the pages, by a thread of their own."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from channels.intake import webhooks
from channels.intake.webhook_server import Door
from channels.models import Delivery
from tests.factories import make_account
from tests.support.event_loops import run
from webcare.server.bodies import Bodies

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "an-app-secret"  # noqa: S105  of no real app
BODY = b'{"object":"page","entry":[]}'


async def page(scope: Any, receive: Any, send: Any) -> None:
    """Stand in for the pages: whatever reaches them is answered 418."""
    await send({"type": "http.response.start", "status": 418, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def ask(method: str, path: str, body: bytes = b"", **headers: str) -> int:
    """Send one request through the door and return the status."""
    door: Any = Bodies(Door(page))
    return run(_answered(door, method, path, body, **headers))


def ask_all(asked: Sequence[tuple[str, str, bytes, str]]) -> list[int]:
    """Send requests through one door at once: method, path, body and Meta's signature. Return the statuses."""
    door: Any = Bodies(Door(page))

    async def all_at_once() -> list[int]:
        return await asyncio.gather(
            *(_answered(door, method, path, body, x_hub_signature_256=sign) for method, path, body, sign in asked)
        )

    return run(all_at_once())


async def _answered(door: Any, method: str, path: str, body: bytes, **headers: str) -> int:
    given = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    given += [(b"host", b"localhost"), (b"content-length", str(len(body)).encode())]
    scope = {
        "type": "http", "method": method, "path": path, "query_string": b"", "headers": given,
        "http_version": "1.1", "client": ("127.0.0.1", 5),
    }  # fmt: skip
    answered: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        answered.append(message)

    await door(scope, receive, send)
    return int(answered[0]["status"])


def signed(body: bytes = BODY, key: str = SECRET) -> str:
    """Return Meta's signature of a body."""
    return f"sha256={hmac.new(key.encode(), body, hashlib.sha256).hexdigest()}"


def test_signed_delivery_is_stored_beside_the_pages() -> None:
    make_account("facebook", credentials={"app_secret": SECRET})

    assert ask("POST", "/webhooks/meta/", BODY, x_hub_signature_256=signed()) == 200

    assert [bytes(row.body) for row in Delivery.objects.all()] == [BODY]


def test_wrongly_signed_delivery_is_refused() -> None:
    make_account("facebook", credentials={"app_secret": SECRET})

    assert ask("POST", "/webhooks/meta/", BODY, x_hub_signature_256=signed(key="other")) == 403
    assert ask("POST", "/webhooks/meta/", BODY) == 403
    assert ask("POST", "/webhooks/x/", BODY, x_hub_signature_256=signed()) == 403

    assert not Delivery.objects.exists()


def test_wrong_signatures_cost_no_statement_each(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_account("x", credentials={"consumer_key": "ours", "consumer_secret": SECRET})
    monkeypatch.setattr(webhooks, "monotonic", lambda: 7.0)
    wrong = "sha256=" + base64.b64encode(b"x" * 32).decode()
    webhooks.accept("x", "", wrong, BODY)

    with django_assert_max_num_queries(webhooks.MOST_LOOKS):
        for number in range(50):
            assert webhooks.accept("x", f"app{number}", wrong, BODY) == 403
    with django_assert_max_num_queries(0):
        assert webhooks.accept("x", "", "sha256=00", BODY) == 403
    # Nor is anything remembered of an address.
    assert set(webhooks._keys) <= {"x", "meta"}
    # While others knock, a secret that is new counts with the next look.
    make_account("x", credentials={"consumer_key": "new", "consumer_secret": "newer"})
    monkeypatch.setattr(webhooks, "monotonic", lambda: 8.0)
    newer = base64.b64encode(hmac.new(b"newer", BODY, hashlib.sha256).digest()).decode()
    assert webhooks.accept("x", "", f"sha256={newer}", BODY) == 200


def test_too_large_delivery_is_refused_unread() -> None:
    assert ask("POST", "/webhooks/meta/", b"x" * (3 * 1024 * 1024 + 1)) == 413


def test_challenges_and_pages_pass_the_door() -> None:
    passed = [("GET", "/webhooks/meta/"), ("POST", "/webhooks/"), ("POST", "/webhooks/other/"), ("POST", "/inbox/")]

    assert {ask(method, path) for method, path in passed} == {418}


def test_delivery_is_told_again_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    make_account("facebook", credentials={"app_secret": SECRET})

    def away(*_asked: object) -> None:
        raise OSError("away")

    monkeypatch.setattr("channels.intake.webhooks.run", away)

    assert ask("POST", "/webhooks/meta/", BODY, x_hub_signature_256=signed()) == 503


def test_deliveries_that_come_in_together_share_a_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    make_account("facebook", credentials={"app_secret": SECRET})
    stored: list[int] = []
    accept_all = webhooks.accept_all

    def counted(product: str, app: str, told: Any) -> Any:
        stored.append(len(told))
        return accept_all(product, app, told)

    monkeypatch.setattr(webhooks, "accept_all", counted)
    bodies = [b'{"object":"page","entry":[],"n":%d}' % number for number in range(20)]
    signatures = [signed(body, "other" if number == 7 else SECRET) for number, body in enumerate(bodies)]
    asked = [("POST", "/webhooks/meta/", body, signature) for body, signature in zip(bodies, signatures, strict=True)]

    assert ask_all(asked) == [403 if number == 7 else 200 for number in range(20)]

    assert sum(stored) == 20
    assert len(stored) <= 2
    assert {bytes(row.body) for row in Delivery.objects.all()} == {*bodies} - {bodies[7]}
