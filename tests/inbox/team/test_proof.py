"""What matters most asks once more who one is, and loses nothing of what was filled in."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from inbox.models import CustomRole, Organisation, PersonExport, User
from inbox.models.rights import Right
from tests.factories import make_account, make_user
from tests.support.pages import signed_in
from tests.support.rights import role_with
from tests.support.world import World, make_world

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def grow_old(client: Client, seconds: int = 601) -> None:
    """Let the last proof of a browser be so many seconds ago."""
    session = client.session
    session["proved"] = int(time.time()) - seconds
    session.save()


@pytest.fixture
def mila() -> User:
    return make_user("admin", email="mila@example.com", language="en")


@pytest.fixture
def page(mila: User) -> Client:
    """A browser that was signed in eleven minutes ago."""
    client = signed_in(mila)
    grow_old(client)
    return client


def prove(client: Client, asked: Any) -> Any:
    """Type the password where an answer led to; return the page that follows."""
    assert asked.status_code == 302
    assert asked["Location"].startswith("/account/again/?next=")
    return client.post(asked["Location"], {"password": PASSWORD}, follow=True)


def fields_of(page: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode()):
        if name != "csrfmiddlewaretoken":
            found.setdefault(name, []).append(value)
    return found


def test_an_account_goes_after_a_fresh_proof_alone(page: Client) -> None:
    account = make_account("x")
    address = reverse("account_remove", args=[account.code])
    asked = page.get(address)
    assert prove(page, asked).redirect_chain[-1][0] == address
    assert page.post(address).status_code == 302
    account.refresh_from_db()
    assert account.removed_at is not None


def test_a_form_that_came_too_late_is_offered_again(page: Client) -> None:
    said = {"first_name": "Noor", "email": "noor@example.com", "role": "admin", "language": "nl", "how": "link"}
    asked = page.post("/people/add/", said)
    assert not User.objects.filter(email="noor@example.com").exists()
    kept = prove(page, asked)
    assert "nothing has been done yet" in kept.content.decode()
    assert 'action="/people/add/"' in kept.content.decode()
    assert {name: values[0] for name, values in fields_of(kept).items()} == said
    page.post("/people/add/", fields_of(kept))
    assert User.objects.get(email="noor@example.com").is_admin


def test_what_is_kept_is_unreadable_in_the_database(page: Client) -> None:
    page.post("/people/add/", {"first_name": "Noor", "email": "noor@example.com", "role": "admin", "language": "nl"})
    assert "noor" not in str(page.session["interrupted"]).lower()


def test_other_roles_are_given_without_asking(page: Client) -> None:
    said = {"first_name": "Noor", "email": "noor@example.com", "role": "lead", "language": "nl"}
    assert page.post("/people/add/", said).status_code == 200
    noor = User.objects.get(email="noor@example.com")
    address = reverse("person", args=[noor.code])
    assert page.post(address, {**said, "email": "noor@example.org"})["Location"].startswith("/account/again/")
    assert page.post(address, said)["Location"] == address


def test_a_kept_form_goes_stale_and_is_ones_own(page: Client) -> None:
    asked = page.post("/settings/sign-in/", {"networks": "127.0.0.0/8"})
    address = prove(page, asked).request["PATH_INFO"]
    assert address.startswith("/account/again/go-on/")
    assert (
        "That took too long" in signed_in(make_user("admin", language="en")).get(address, follow=True).content.decode()
    )
    session = page.session
    session["interrupted"] = session["interrupted"] | {"at": time.time() - 601}
    session.save()
    assert "That took too long" in page.get(address, follow=True).content.decode()
    assert Organisation.current().networks == []


def test_signing_in_is_a_proof_for_ten_minutes(client: Client, mila: User) -> None:
    client.post("/account/login/", {"login": "mila@example.com", "password": PASSWORD})
    assert client.get("/settings/sign-in/").status_code == 200
    grow_old(client, 599)
    assert client.get("/settings/sign-in/").status_code == 200
    grow_old(client)
    asked = client.get("/settings/sign-in/")
    wrong = client.post(asked["Location"], {"password": "another"})
    assert wrong.status_code == 200
    assert client.get("/settings/sign-in/").status_code == 302
    assert prove(client, asked).status_code == 200
    assert client.get("/settings/sign-in/").status_code == 200


def test_who_has_no_way_to_show_it_is_not_shut_out(mila: User) -> None:
    mila.set_unusable_password()
    mila.save()
    client = signed_in(mila)
    grow_old(client)
    assert client.get("/settings/sign-in/").status_code == 200


def test_turning_back_leads_to_the_page_one_came_from(page: Client) -> None:
    address = reverse("account_remove", args=[make_account("x").code])
    asked = page.get(address, headers={"Referer": "http://testserver/accounts/"})
    assert 'href="/accounts/">Cancel' in page.get(asked["Location"]).content.decode()
    asked = page.get(address, headers={"Referer": "https://elsewhere.example/evil/"})
    assert 'href="/">Cancel' in page.get(asked["Location"]).content.decode()


ACTS = {
    "account_remove": ("GET POST", ["account"], {}),
    "erase": ("POST", ["other_contact"], {"why": "asked", "typed": "erase Fluisterletter"}),
    "export_ask": ("POST", ["contact"], {"known": "wrote", "language": "nl"}),
    "export_fetch": ("GET", ["export"], {}),
    "retention_change": ("POST", [], {"of": "all", "months": "12"}),
    "api_tokens": ("POST", [], {"name": "Kassa"}),
    "api_endpoints": ("POST", [], {"name": "Kassa"}),
    "api_endpoint": ("GET POST", ["endpoint"], {}),
    "api_endpoint_act": ("POST", ["endpoint"], {"do": "renew"}),
    "webhooks": ("GET POST", [], {"name": "Kassa"}),
    "webhook": ("POST", ["webhook"], {"do": "renew"}),
    "signin_rules": ("GET POST", [], {}),
    "person_link": ("POST", ["person"], {}),
    "person_second_factor_reset": ("POST", ["person"], {}),
    "sign_out_everywhere": ("POST", [], {}),
}  # fmt: skip


@pytest.fixture
def world() -> World:
    return make_world()


def test_each_of_the_gravest_acts_asks(page: Client, world: World) -> None:
    wrong = []
    for name, (methods, words, data) in ACTS.items():
        address = reverse(name, args=[world.codes[word] for word in words])
        for method in methods.split():
            answer = page.generic(method, address) if method == "GET" else page.post(address, data)
            if not answer.headers.get("Location", "").startswith("/account/again/?next="):
                wrong.append((name, method, answer.status_code))
    assert wrong == []
    assert PersonExport.objects.filter(by__email="mila@example.com").count() == 0


def test_sessions_and_roles_end_after_a_fresh_proof_alone(page: Client) -> None:
    role, other = role_with("Weekend", [Right.LOG]), make_user()
    for address in (
        f"/people/roles/{role.pk}/remove/",
        f"/people/{other.code}/sessions/end/",
        f"/people/{other.code}/sessions/1/end/",
    ):
        assert page.post(address)["Location"].startswith("/account/again/?next=")
    assert CustomRole.objects.filter(pk=role.pk).exists()
