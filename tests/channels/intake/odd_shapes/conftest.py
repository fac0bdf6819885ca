"""Meta's platforms, the webhook they speak to, and a page to read."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from channels.intake import deliveries
from channels.models import Account, Delivery
from inbox.models import Conversation
from tests.channels.intake.odd_shapes.heard import CASES, INSTAGRAM, NUMBER, PAGE, SECRET, WABA, Hear, Read
from tests.factories import make_account, make_user
from tests.support.html import text_of


@pytest.fixture
def accounts() -> dict[str, Account]:
    """One account of each of Meta's platforms."""
    secrets = {"app_secret": SECRET, "access_token": "t"}
    return {
        "whatsapp": make_account(
            "whatsapp",
            external_id=NUMBER,
            name="Veldhuis Wonen",
            credentials=secrets | {"waba_id": WABA, "phone_number_id": NUMBER},
        ),
        "facebook": make_account("facebook", external_id=PAGE, credentials=secrets | {"page_id": PAGE}),
        "instagram": make_account("instagram", external_id=INSTAGRAM, credentials=secrets),
    }


@pytest.fixture
def hear(accounts: dict[str, Account], client: Client) -> Hear:
    """Send a case or a changed copy through the webhook, and read what is stored."""

    def send(case: str | dict[str, Any], change: Callable[[Any], None] | None = None) -> None:
        body = copy.deepcopy(CASES[case]["body"]) if isinstance(case, str) else case
        if change:
            entry = body["entry"][0]
            change(entry["changes"][0]["value"] if "changes" in entry else entry["messaging"][0])
        raw = json.dumps(body).encode()
        signature = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": signature}
        answer = client.post("/webhooks/meta/", raw, content_type="application/json", headers=headers)
        assert answer.status_code == 200
        deliveries.read(Delivery.objects.latest("pk").pk)
        assert not Delivery.objects.exclude(status="read").exists()

    return send


@pytest.fixture
def page(db: None) -> Client:
    """A browser of an agent who reads English."""
    client = Client()
    client.force_login(make_user(language="en"))
    return client


@pytest.fixture
def read(page: Client) -> Read:
    """Return the words of the one conversation's page, or its HTML."""

    def look(*, html: bool = False) -> str:
        shown = page.get(Conversation.objects.get().get_absolute_url()).content.decode()
        return shown if html else text_of(shown)

    return look
