"""Signing in and out, in our own look and language."""

from __future__ import annotations

from typing import Any

import allauth.urls
import pytest
from django.core import mail, signing
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings
from redis.exceptions import ConnectionError as RedisConnectionError

from inbox.live import announce
from inbox.models import Event, User
from inbox.team import attempts
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
    assert 'class="toast ' not in client.get("/inbox/").content.decode()  # nothing lies over the list


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
    assert answer.status_code == 200
    assert "Te veel foute pogingen" in answer.content.decode()
    assert sign_in(client, "farah@example.com", "a-long-password").status_code != 302


def test_the_wait_doubles_up_to_a_limit() -> None:
    limit = attempts.Limit("", 5)
    assert [limit.wait(tries) for tries in (4, 5, 6, 7, 99)] == [0, 4, 8, 16, attempts.LONGEST_WAIT]


def test_a_stranger_locks_no_colleague_out() -> None:
    make_user(email="farah@example.com")
    stranger, colleague = Client(REMOTE_ADDR="192.0.2.1"), Client(REMOTE_ADDR="192.0.2.2")
    for _attempt in range(12):
        sign_in(stranger, "farah@example.com", "a-wrong-password")
    assert sign_in(colleague, "farah@example.com", "a-long-password").status_code == 302


def test_behind_one_address_a_known_browser_passes() -> None:
    make_user(email="farah@example.com")
    known, other = Client(), Client()
    assert sign_in(known, "farah@example.com", "a-long-password").status_code == 302
    known.post("/account/logout/")
    for _attempt in range(12):
        sign_in(other, "farah@example.com", "a-wrong-password")
    for number in range(40):
        sign_in(other, f"somebody{number}@example.com", "a-wrong-password")
    assert sign_in(other, "nobody-yet@example.com", "x").context["form"].errors  # strangers wait
    assert sign_in(known, "farah@example.com", "a-long-password").status_code == 302


def test_twelve_wrong_tries_spare_colleagues_at_that_address() -> None:
    make_user(email="farah@example.com")
    for number in range(12):
        sign_in(Client(), f"somebody{number}@example.com", "a-wrong-password")
    assert sign_in(Client(), "farah@example.com", "a-long-password").status_code == 302


def test_known_browser_is_limited_and_known_for_its_people() -> None:
    make_user(email="farah@example.com")
    make_user(email="joost@example.com")
    browser = Client()
    sign_in(browser, "farah@example.com", "a-long-password")
    browser.post("/account/logout/")
    for email in ("farah@example.com", "joost@example.com"):
        for _attempt in range(12):
            sign_in(browser, email, "a-wrong-password")
        assert sign_in(browser, email, "a-long-password").status_code == 200


def test_a_made_up_cookie_makes_no_known_browser() -> None:
    make_user(email="farah@example.com")
    browser = Client()
    browser.cookies[attempts.COOKIE] = signing.dumps({"browser": "x", "people": [1]}, salt="other")
    for _attempt in range(6):
        sign_in(browser, "farah@example.com", "a-wrong-password")
    assert sign_in(browser, "farah@example.com", "a-long-password").status_code == 200


def test_without_redis_only_known_browsers_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(email="farah@example.com")
    known = Client()
    sign_in(known, "farah@example.com", "a-long-password")
    known.post("/account/logout/")
    monkeypatch.setattr(attempts, "redis_now", lambda: announce.connection_to("unix:///nowhere/redis.sock"))
    assert sign_in(Client(), "farah@example.com", "a-long-password").status_code == 200
    assert sign_in(known, "farah@example.com", "a-long-password").status_code == 302


def test_without_redis_no_password_is_mailed(monkeypatch: pytest.MonkeyPatch) -> None:
    make_user(email="farah@example.com")

    def away(*_args: Any, **_kwargs: Any) -> None:
        raise RedisConnectionError

    monkeypatch.setattr("django.core.cache.backends.redis.RedisCacheClient.get_client", away)
    assert Client().post("/account/password/reset/", {"email": "farah@example.com"}).status_code == 429
    assert mail.outbox == []


def test_signing_in_and_out_are_events(client: Client) -> None:
    me = make_user(email="farah@example.com")
    sign_in(client, "farah@example.com", "a-wrong-password")
    sign_in(client, "nobody@example.com", "a-wrong-password")
    sign_in(client, "farah@example.com", "a-long-password")
    client.post("/account/logout/")
    told = [(event.verb, event.actor_id, event.data.get("person")) for event in Event.objects.order_by("pk")]
    failed = [("signin_failed", None, me.pk), ("signin_failed", None, None)]
    assert told == [*failed, ("signed_in", me.pk, None), ("signed_out", me.pk, None)]
    kept = str(list(Event.objects.values_list("data", flat=True)))
    assert not [word for word in ("password", "example.com", "127.0.0.1") if word in kept]


def test_a_changed_password_is_an_event(client: Client) -> None:
    me = make_user()
    client.force_login(me)
    fields = {"oldpassword": "a-long-password", "password1": "hoge bomen 12", "password2": "hoge bomen 12"}
    client.post("/account/password/change/", fields)
    event = Event.objects.get(verb="password_changed")
    assert (event.actor_id, event.data) == (me.pk, {"person": me.pk, "by_link": False})


def test_only_the_account_pages_we_mean_exist(client: Client) -> None:
    client.force_login(make_user())
    ours = {
        "login/", "logout/", "inactive/", "signup/", "password/change/", "password/set/", "password/reset/",
        "password/reset/done/", "password/reset/key/done/",
    }  # fmt: skip
    named = {str(pattern.pattern) for pattern in allauth.urls.urlpatterns[0].url_patterns}
    others = {"email/", "confirm-email/", "confirm-email/abc/", "reauthenticate/", "login/code/", "2fa/", "sessions/"}
    answering = {one for one in ours | named | others if client.get(f"/account/{one}").status_code != 404}
    assert answering == ours


def test_nobody_changes_their_own_address_or_role(client: Client) -> None:
    me = make_user(email="farah@example.com")
    client.force_login(me)
    client.post("/account/email/", {"email": "other@example.com", "action_add": "", "action_primary": ""})
    given = {"first_name": "F", "language": "nl", "theme": "dark", "density": "compact", "undo_seconds": "5"}
    client.post("/preferences/", given | {"email": "other@example.com", "role": "admin", "accounts": ""})
    me.refresh_from_db()
    assert (me.theme, me.email, me.role) == ("dark", "farah@example.com", "agent")


def test_nobody_makes_their_own_account(client: Client) -> None:
    shown = Client(headers={"accept-language": "en"}).get("/account/signup/").content.decode()
    assert "An admin adds you" in shown
    assert client.post("/account/signup/", {"email": "new@example.com", "password1": "a-long-one"}).status_code == 405
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
    assert 'class="bare-page"' in answer.content.decode()


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
