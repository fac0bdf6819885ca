"""Signing in and out, in our own look and language."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from inbox.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str) -> Any:
    return client.post("/account/login/", {"login": email, "password": password})


def test_the_right_password_opens_the_inbox(client: Client) -> None:
    make_user(email="farah@example.com")
    answer = sign_in(client, "Farah@Example.com", "a-long-password")
    assert (answer.status_code, answer["Location"]) == (302, "/inbox/")


def test_a_wrong_password_is_refused_in_the_readers_language(client: Client) -> None:
    make_user(email="farah@example.com")
    answer = sign_in(client, "farah@example.com", "a-wrong-password")
    assert answer.status_code == 200
    assert 'lang="nl"' in answer.content.decode()
    assert "a-wrong-password" not in answer.content.decode()
    assert "Sign in" in Client(headers={"accept-language": "en"}).get("/account/login/").content.decode()


def test_too_many_attempts_are_stopped(client: Client) -> None:
    make_user(email="farah@example.com")
    for _attempt in range(12):
        answer = sign_in(client, "farah@example.com", "a-wrong-password")
    assert answer.status_code in (200, 429)
    assert sign_in(client, "farah@example.com", "a-long-password").status_code != 302


def test_nobody_makes_their_own_account(client: Client) -> None:
    shown = Client(headers={"accept-language": "en"}).get("/account/signup/").content.decode()
    assert "An admin adds you" in shown
    client.post("/account/signup/", {"email": "new@example.com", "password1": "a-long-password"})
    assert not User.objects.filter(email="new@example.com").exists()


def test_a_forgotten_password_is_mailed_a_link(client: Client) -> None:
    make_user(email="farah@example.com", first_name="Farah")
    client.post("/account/password/reset/", {"email": "farah@example.com"})
    (message,) = mail.outbox
    assert "/account/password/reset/key/" in message.body
    assert "Farah" in message.body


def test_an_unknown_address_is_not_told_apart(client: Client) -> None:
    make_user(email="farah@example.com")
    known = client.post("/account/password/reset/", {"email": "farah@example.com"})
    unknown = client.post("/account/password/reset/", {"email": "nobody@example.com"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_signing_out_takes_a_button_not_a_link(client: Client) -> None:
    client.force_login(make_user())
    assert client.get("/account/logout/").status_code == 200
    assert client.get("/preferences/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/preferences/").status_code == 302


@pytest.mark.parametrize(
    "address", ["login/", "password/reset/", "password/reset/done/", "password/reset/key/done/", "inactive/"]
)
def test_every_door_has_our_own_look(client: Client, address: str) -> None:
    answer = client.get(f"/account/{address}")
    assert answer.status_code == 200
    assert 'class="door"' in answer.content.decode()


def test_a_changed_password_keeps_this_browser_signed_in(client: Client) -> None:
    me = make_user()
    client.force_login(me)
    fields = {"oldpassword": "a-long-password", "password1": "hoge bomen 12", "password2": "hoge bomen 12"}
    client.post("/account/password/change/", fields)
    me.refresh_from_db()
    assert me.check_password("hoge bomen 12")
    assert client.get("/preferences/").status_code == 200


def test_without_a_mail_server_the_page_sends_one_to_an_admin(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    reader = Client(headers={"accept-language": "en"})
    assert "An admin can make you a one-time link." in reader.get("/account/login/").content.decode()
    shown = reader.get("/account/password/reset/").content.decode()
    assert "Webcare cannot send mail here" in shown
    assert 'name="email"' not in shown
