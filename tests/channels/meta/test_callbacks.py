"""What Meta tells of people who took our app away, or want their data deleted."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client

from channels.meta.signed_request import user_in
from channels.models import Account, DeletionRequest
from inbox.models import Erasure
from inbox.privacy import erasing
from tests import factories

SECRET = "the-apps-secret"  # noqa: S105


def signed(secret: str = SECRET, **data: Any) -> str:
    body = json.dumps({"algorithm": "HMAC-SHA256", "issued_at": 1_800_000_000, "user_id": "77", **data}).encode()
    payload = base64.urlsafe_b64encode(body).decode().rstrip("=")
    signature = hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest()
    return f"{base64.urlsafe_b64encode(signature).decode().rstrip('=')}.{payload}"


@pytest.mark.parametrize(
    "wrong", [signed("another"), signed(algorithm="none"), signed() + "x", "", ".", "a.b", "é.é", signed(user_id="")]
)
def test_a_request_that_is_not_metas_names_nobody(wrong: str) -> None:
    assert user_in(signed(), ["old", SECRET]) == "77"
    assert user_in(wrong, ["old", SECRET]) == ""


@pytest.fixture
def page(db: None) -> Account:
    """A page that person 77 connected."""
    account = factories.make_account("facebook")
    account.credentials = {"access_token": "t", "app_secret": SECRET, "meta_user": "77"}
    account.save()
    return account


def test_who_takes_our_app_away_takes_the_access_too(page: Account) -> None:
    client = Client()
    assert client.post("/webhooks/meta/deauthorise/", {"signed_request": signed("another")}).status_code == 403
    page.refresh_from_db()
    assert page.health != "reauth"
    assert client.post("/webhooks/meta/deauthorise/", {"signed_request": signed()}).status_code == 200
    page.refresh_from_db()
    assert page.health == "reauth"


def test_who_asks_to_be_deleted_is_erased_and_can_follow_it(page: Account) -> None:
    conversation = factories.make_inbound(page, "Geheim").conversation
    assert conversation is not None
    who = conversation.identity.external_id
    client = Client(headers={"accept-language": "en"})
    asked = signed(user_id=who)
    answers = [client.post("/webhooks/meta/delete/", {"signed_request": asked}).json() for _again in range(2)]
    assert answers[0] == answers[1]
    path = f"/deletion/{answers[0]['confirmation_code']}/"
    assert answers[0]["url"].endswith(path)
    assert "is being deleted" in client.get(path).content.decode()
    erasing.go_on(Erasure.objects.get().pk)
    assert "was deleted" in client.get(path).content.decode()
    nobody = client.post("/webhooks/meta/delete/", {"signed_request": signed(user_id="1")}).json()
    assert "We hold nothing" in client.get(f"/deletion/{nobody['confirmation_code']}/").content.decode()
    assert client.get("/deletion/none/").status_code == 404
    assert who not in str(list(DeletionRequest.objects.values()))
