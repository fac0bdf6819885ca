"""The second step: made, asked for, lost; and the roles that must have one."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from inbox.models import CustomRole, Event, User
from inbox.models.rights import BUILT_IN
from inbox.team import organisation, roles
from tests.factories import make_user
from tests.support.rights import person_with

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"
APP = "/account/second-step/app/"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def farah() -> User:
    return make_user(email="farah@example.com", language="en")


def sign_in(client: Client) -> Any:
    return client.post("/account/login/", {"login": "farah@example.com", "password": PASSWORD})


def code_of(secret: str, ahead: int = 0) -> str:
    """What an app shows now, or so many half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead)))


def use_app(client: Client) -> str:
    """Make an app with codes, after the password once more; return its secret."""
    assert client.post(client.get(APP)["Location"], {"password": PASSWORD})["Location"] == APP
    secret = re.search(r"<code>([A-Z2-7]+)</code>", client.get(APP).content.decode())
    assert secret
    answer = client.post(APP, {"code": code_of(secret[1])})
    assert answer["Location"].endswith("/recovery/")
    return secret[1]


def test_a_code_or_a_recovery_code_is_asked_for(client: Client, farah: User) -> None:
    sign_in(client)
    secret = use_app(client)
    assert secret not in str(Authenticator.objects.values_list("data", flat=True))  # encrypted at rest
    recovery = re.findall(r"<li><code>(\d+)</code>", client.get("/account/second-step/recovery/").content.decode())
    elsewhere = Client()
    answer = sign_in(elsewhere)
    assert answer["Location"] == "/account/second-step/code/"
    assert elsewhere.get("/inbox/").status_code == 302
    wrong = elsewhere.post("/account/second-step/code/", {"code": "000000"})
    assert b"aria-invalid" in wrong.content
    assert elsewhere.post("/account/second-step/code/", {"code": recovery[0]})["Location"] == "/inbox/"
    assert elsewhere.get("/inbox/").status_code == 200
    again = Client()
    sign_in(again)
    assert again.post("/account/second-step/code/", {"code": recovery[0]}).status_code == 200  # once only
    code = code_of(secret, 1)
    assert again.post("/account/second-step/code/", {"code": code})["Location"] == "/inbox/"
    # allauth's own memory of a used code ends sooner than the code does.
    cache.delete_many([f"allauth.mfa.totp.used?user={farah.pk}&code={code}"])
    seen = Client()
    sign_in(seen)
    assert seen.post("/account/second-step/code/", {"code": code}).status_code == 200
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"second_factor_added", "second_factor_failed", "signed_in"} <= verbs


def test_codes_cannot_be_guessed(client: Client, farah: User) -> None:
    sign_in(client)
    secret = use_app(client)
    guesser = Client()
    sign_in(guesser)
    for _guess in range(5):
        guesser.post("/account/second-step/code/", {"code": "000000"})
    assert guesser.post("/account/second-step/code/", {"code": code_of(secret, 1)}).status_code == 200


def test_a_role_that_must_have_one_is_led_to_it(client: Client, farah: User) -> None:
    boss = make_user("admin")
    organisation.change(boss, second_factor=["agent"])
    sign_in(client)
    assert client.get("/inbox/")["Location"] == "/account/second-step/"
    assert client.get("/inbox/updates/", headers={"HX-Request": "true"}).status_code == 401
    assert "asks for a second step" in client.get("/account/second-step/").content.decode()
    use_app(client)
    assert client.get("/inbox/").status_code == 200
    refused = client.post("/account/second-step/app/remove/")
    assert refused.status_code == 200
    assert Authenticator.objects.filter(type="totp").exists()
    other = Client()
    other.force_login(boss)
    assert other.get("/inbox/").status_code == 200  # another role
    organisation.change(boss, second_factor=[])
    assert client.post("/account/second-step/app/remove/").status_code == 302


def test_a_copy_of_a_role_that_must_have_one_owes_it_too() -> None:
    boss, copy = make_user("admin"), person_with(BUILT_IN["lead"])
    less = person_with(BUILT_IN["agent"], "Minder")
    organisation.change(boss, second_factor=["lead"])
    assert set(User.objects.filter(second_factor_due=True)) == {copy}
    roles.save(CustomRole.objects.get(title="Minder"), BUILT_IN["lead"], by=boss)
    assert set(User.objects.filter(second_factor_due=True)) == {copy, less}


def test_single_sign_on_brings_its_own_second_step(client: Client, farah: User) -> None:
    organisation.change(make_user("admin"), second_factor=["agent"])
    client.force_login(User.objects.get(pk=farah.pk))
    assert client.get("/inbox/").status_code == 302
    session = client.session
    session["account_authentication_methods"] = [{"method": "socialaccount", "at": time.time()}]
    session.save()
    assert client.get("/inbox/").status_code == 200


def test_an_admin_lets_in_who_lost_the_device(client: Client, farah: User) -> None:
    sign_in(client)
    use_app(client)
    admin = Client()
    admin.force_login(make_user("admin", language="en"))
    page = admin.get(f"/people/{farah.code}/").content.decode()
    assert "App with codes" in page
    answer = admin.post(f"/people/{farah.code}/second-step/remove/", follow=True)
    assert "without a second step now" in answer.content.decode()
    assert client.get("/inbox/").status_code == 302  # their sessions ended
    assert sign_in(Client())["Location"] == "/inbox/"
