"""The doors: what is let in, stored and answered, also without a broker."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from channels import tasks
from channels.intake import webhooks
from channels.models import Account, Delivery
from tests.factories import make_account
from webcare.celery import app
from webcare.lib import enqueue

pytestmark = pytest.mark.django_db
SECRET = "an-app-secret"  # noqa: S105  the sandbox has no other


@pytest.fixture(autouse=True)
def fresh_waker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody was woken just now."""
    monkeypatch.setattr(webhooks, "waker", enqueue.Waker("channels.tasks.read_waiting"))


@pytest.fixture
def page() -> Account:
    credentials = {"app_secret": SECRET, "access_token": "t", "page_id": "1"}
    return make_account("facebook", external_id="1", verify_token="verify-me", credentials=credentials)


@pytest.fixture
def x_account() -> Account:
    return make_account("x", external_id="22", credentials={"consumer_secret": SECRET})


def send_meta(client: Client, body: bytes, key: str = SECRET, **headers: str) -> HttpResponse:
    signature = hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}"} | headers
    answer = client.post("/webhooks/meta/", body, content_type="application/json", headers=headers)
    return answer  # type: ignore[return-value]


def body_of(**more: Any) -> bytes:
    return json.dumps({"object": "page", "entry": [], **more}).encode()


def test_meta_verifies_with_an_accounts_token(client: Client, page: Account) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "verify-me"}
    answer = client.get("/webhooks/meta/", asked)
    assert (answer.status_code, answer.content, answer["content-type"].split(";")[0]) == (
        200,
        b"1158201444",
        "text/plain",
    )
    for wrong in ({"hub.verify_token": "other"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}):
        assert client.get("/webhooks/meta/", {**asked, **wrong}).status_code == 403


def test_meta_verifies_with_the_token_of_the_settings(client: Client, settings: Settings, page: Account) -> None:
    settings.META_VERIFY_TOKEN = "from-settings"  # noqa: S105
    asked = {"hub.mode": "subscribe", "hub.challenge": "7", "hub.verify_token": "from-settings"}
    assert client.get("/webhooks/meta/", asked).content == b"7"


def test_without_any_token_nobody_verifies(client: Client) -> None:
    assert client.get("/webhooks/meta/", {"hub.mode": "subscribe", "hub.verify_token": ""}).status_code == 403


def test_a_signed_body_is_stored_byte_by_byte(client: Client, page: Account) -> None:
    body = b'{"object":"page",  "entry":[{"text":"caf\\u00e9"}]}'
    assert send_meta(client, body).status_code == 200
    delivery = Delivery.objects.get()
    assert (bytes(delivery.body), delivery.product, delivery.status) == (body, "meta", "waiting")


def test_no_session_and_no_csrf_token_are_needed(page: Account) -> None:
    answer = send_meta(Client(enforce_csrf_checks=True), body_of())
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("signature", ["", "sha256=00", f"sha256={'0' * 64}", "sha1=00", "sha256=ünïcode"])
def test_a_wrong_signature_is_refused_counted_and_not_stored(client: Client, page: Account, signature: str) -> None:
    before = webhooks.refused_today("meta")
    answer = client.post("/webhooks/meta/", body_of(), "application/json", headers={"X-Hub-Signature-256": signature})
    assert (answer.status_code, Delivery.objects.count()) == (403, 0)
    assert webhooks.refused_today("meta") == before + 1


def test_secrets_of_connected_accounts_count_removed_do_not(client: Client, page: Account) -> None:
    other = make_account("whatsapp", credentials={"app_secret": "another-secret"})
    assert send_meta(client, body_of(), "another-secret").status_code == 200
    Account.objects.filter(pk=other.pk).update(removed_at="2026-01-01T00:00:00Z", sealed_credentials="")
    assert send_meta(client, body_of(), "another-secret").status_code == 403


def test_a_new_secret_counts_at_once(client: Client, page: Account) -> None:
    assert send_meta(client, body_of()).status_code == 200
    page.credentials = {**page.credentials, "app_secret": "rotated"}
    page.save()
    assert send_meta(client, body_of()).status_code == 403
    assert send_meta(client, body_of(), "rotated").status_code == 200


def test_a_consumer_secret_of_x_does_not_open_metas_door(client: Client, x_account: Account) -> None:
    assert send_meta(client, body_of()).status_code == 403


def test_a_body_that_is_too_large_is_refused(client: Client, page: Account, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert send_meta(client, b'{"a": "' + b"x" * 2000 + b'"}').status_code == 413
    assert Delivery.objects.count() == 0


def test_a_signed_body_that_is_no_json_is_kept(client: Client, page: Account) -> None:
    assert send_meta(client, b"\xff\xfe not json").status_code == 200
    assert Delivery.objects.count() == 1


def test_other_methods_are_refused(client: Client) -> None:
    assert client.put("/webhooks/meta/").status_code == 405
    assert client.delete("/webhooks/x/").status_code == 405


def test_x_gets_the_right_answer_to_its_challenge(client: Client, x_account: Account) -> None:
    answer = client.get("/webhooks/x/", {"crc_token": "abc"})
    digest = hmac.new(SECRET.encode(), b"abc", hashlib.sha256).digest()
    assert answer.json() == {"response_token": f"sha256={base64.b64encode(digest).decode()}"}
    assert client.get("/webhooks/x/").status_code == 403


def test_x_is_not_answered_without_an_account(client: Client) -> None:
    assert client.get("/webhooks/x/", {"crc_token": "abc"}).status_code == 403


def test_x_signs_in_base64(client: Client, x_account: Account) -> None:
    body = b'{"data": {}}'
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    right = {"x-twitter-webhooks-signature": f"sha256={base64.b64encode(digest).decode()}"}
    wrong = {"x-twitter-webhooks-signature": f"sha256={digest.hex()}"}
    assert client.post("/webhooks/x/", body, "application/json", headers=wrong).status_code == 403
    assert client.post("/webhooks/x/", body, "application/json", headers=right).status_code == 200
    assert Delivery.objects.get().product == "x"


def test_the_reader_is_woken_after_the_commit(
    client: Client, page: Account, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with patch("channels.tasks.read_waiting.apply_async") as sent:
        with django_capture_on_commit_callbacks(execute=True):
            send_meta(client, body_of())
            sent.assert_not_called()
        assert sent.call_args.args[0] == ()
        assert sent.call_args.kwargs["retry"] is False


def test_many_deliveries_in_a_moment_wake_a_reader_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(enqueue, "_send", lambda task, *_more: sent.append(task))
    waker = enqueue.Waker("read", pause=3600)

    for _number in range(50):
        waker.wake()
    at_once = list(sent)
    assert waker._timer is not None
    waker._timer.cancel()
    waker._timer.function()  # the moment is over

    assert (at_once, sent) == (["read"], ["read", "read"])


def test_body_is_stored_and_answered_without_a_broker(
    client: Client,
    page: Account,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nowhere: Any = app.connection_for_write("redis+socket:///nowhere/redis.sock")
    away = partial(tasks.read_waiting.apply_async, **{"connection": nowhere})
    monkeypatch.setattr(enqueue, "_away_until", 0)  # put back when the test ends
    with (
        patch.object(tasks.read_waiting, "apply_async", away),
        django_capture_on_commit_callbacks(execute=True),
    ):
        answer = send_meta(client, body_of())
    assert (answer.status_code, Delivery.objects.count()) == (200, 1)
    assert enqueue._away_until, "it was tried"


def test_a_delivery_is_kept_and_nothing_more_before_its_answer(
    client: Client, page: Account, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    body = body_of(filler="x" * 20_000)
    send_meta(client, body)
    woken: list[str] = []
    monkeypatch.setattr(webhooks.waker, "wake", lambda: woken.append("reader"))
    monkeypatch.setattr(webhooks, "after_commit", lambda act: act())
    monkeypatch.setattr(json, "loads", None)  # nobody reads the words
    monkeypatch.setattr(socket.socket, "connect", None)  # and nobody is called
    with django_assert_num_queries(1):  # the row, if the secrets are still the accounts'
        assert send_meta(client, body).status_code == 200
    newest = Delivery.objects.latest("pk")
    assert (newest.status, bytes(newest.body)) == ("waiting", body)
    assert woken == ["reader"]
