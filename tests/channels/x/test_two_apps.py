"""Two X apps, each with an account: a challenge does not say which of them asks, so the address does."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time

import pytest
import requests
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from channels.intake import deliveries
from channels.intake.webhooks import address
from channels.models import Account, Delivery
from inbox.models import Message
from sandbox.testing import Running
from tests.factories import make_account, make_user
from tests.support.pages import page_of, signed_in
from tests.support.sandbox_accounts import connect, control, say


def account_of(app: str) -> Account:
    return make_account("x", credentials={"consumer_key": f"key of {app}", "consumer_secret": f"secret of {app}"})


def made(secret: str, text: bytes) -> str:
    digest = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return f"sha256={base64.b64encode(digest).decode()}"


def deliver(client: Client, path: str, secret: str) -> int:
    body = b'{"data": {}}'
    headers = {"x-twitter-webhooks-signature": made(secret, body)}
    return client.post(path, body, "application/json", headers=headers).status_code


@pytest.mark.django_db
def test_each_app_has_an_address_where_its_own_secret_answers(client: Client) -> None:
    for app in ("one", "two"):
        answer = client.get(address(account_of(app)), {"crc_token": "abc"})
        assert answer.json() == {"response_token": made(f"secret of {app}", b"abc")}


@pytest.mark.django_db
def test_at_an_apps_address_only_its_own_signature_counts(client: Client) -> None:
    first, second = account_of("one"), account_of("two")
    assert deliver(client, address(first), "secret of one") == 200
    assert deliver(client, address(first), "secret of two") == 403
    assert deliver(client, address(second), "secret of two") == 200
    assert deliver(client, address(second), "") == 403
    assert Delivery.objects.count() == 2


@pytest.mark.django_db
def test_the_address_without_an_app_goes_on_as_it_was(client: Client) -> None:
    account_of("one"), account_of("two")
    answer = client.get("/webhooks/x/", {"crc_token": "abc"})
    assert answer.json() == {"response_token": made("secret of one", b"abc")}
    assert deliver(client, "/webhooks/x/", "secret of one") == 200
    assert deliver(client, "/webhooks/x/", "secret of two") == 200


@pytest.mark.django_db
def test_an_app_we_do_not_know_gets_no_answer(client: Client) -> None:
    account = account_of("one")
    path = address(account)
    assert client.get("/webhooks/x/0123456789abcdef01234567/", {"crc_token": "abc"}).status_code == 403
    assert deliver(client, "/webhooks/x/0123456789abcdef01234567/", "secret of one") == 403
    account.sealed_credentials = ""
    account.save()
    assert client.get(path, {"crc_token": "abc"}).status_code == 403


@pytest.mark.django_db
def test_accounts_of_one_app_share_an_address_without_its_key() -> None:
    assert address(account_of("one")) == address(account_of("one")) != address(account_of("two"))
    assert "key" not in address(account_of("one"))
    assert address(make_account("facebook")) == "/webhooks/meta/"


@pytest.mark.django_db
def test_the_accounts_page_shows_the_address_of_its_app(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://inbox.example.com"
    account, admin = account_of("one"), make_user("admin")
    assert f"https://inbox.example.com{address(account)}<" in page_of(signed_in(admin), f"/accounts/{account.code}/")


@pytest.mark.django_db(transaction=True)
def test_webhooks_of_two_apps_come_in_side_by_side(platforms: Running, live_server: LiveServer) -> None:
    first = connect(platforms, "x")
    two = connect(platforms, "x", name="Lijn Noord", username="lijnnoord", app="second")
    hook = {"product": "x:second", "url": f"{live_server.url}/webhooks/x/"}
    refused = requests.post(f"{platforms.url}/control/webhooks", json=hook, timeout=10)
    assert refused.status_code == 400, "the address without an app answers for the first one"
    for product, account in (("x", first), ("x:second", two)):
        control(platforms, "POST", "/control/webhooks", product=product, url=live_server.url + address(account))
    posts = {
        account.pk: say(platforms, "x", "post", "karin", f"@{account.handle} hallo", to=account.handle)
        for account in (first, two)
    }
    deadline = time.monotonic() + 20
    while Delivery.objects.count() < 2:
        assert time.monotonic() < deadline, "both deliveries come"
        time.sleep(0.05)
    for delivery in Delivery.objects.all():
        deliveries.read(delivery.pk)
    assert {message.account_id: message.external_id for message in Message.objects.all()} == posts
    for product in ("x", "x:second"):
        control(platforms, "DELETE", "/control/webhooks", product=product)
