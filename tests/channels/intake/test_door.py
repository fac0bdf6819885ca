"""Deliveries as they come through the web server: taken beside the pages, by threads of their own."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import pytest

from channels.intake import webhooks
from channels.intake.door import Door
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

    door: Any = Bodies(Door(page))
    run(door(scope, receive, send))
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


def test_addresses_without_keys_are_not_remembered() -> None:
    make_account("x", credentials={"consumer_key": "ours", "consumer_secret": SECRET})

    for number in range(5):
        assert ask("POST", f"/webhooks/x/{'a' * 1000}{number}/", BODY) == 403

    # A server of another test may still be told things, by addresses that have keys.
    assert not [app for _product, app in webhooks._keys if app.startswith("aaa")]


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
