"""Connecting a Mastodon account by signing in at its server."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from channels.models import Account
from inbox.models import Message
from tests import factories
from tests.support.sandbox_accounts import control, say
from tests.support.signing_in import come_back, say_yes
from tests.support.workers import poll

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    """An admin who speaks English."""
    client = Client()
    client.force_login(factories.make_user("admin", language="en"))
    return client


def made(sandbox: Running, username: str = "veldhuis") -> str:
    names = {"platform": "mastodon", "name": username.title(), "username": username}
    return str(control(sandbox, "POST", "/control/accounts", **names)["id"])


def way_there(client: Client, sandbox: Running, **more: str) -> str:
    """Fill in the server; return the address that the link leads to."""
    page = client.post("/accounts/sign-in/mastodon/go/", {"way": "mastodon", "instance": sandbox.url, **more})
    found = re.search(rf'href="({re.escape(sandbox.url)}/oauth/authorize[^"]*)"', page.content.decode())
    assert found is not None, page.content
    return unescape(found[1])


def test_a2_an_account_is_connected_at_its_server_and_heard(admin: Client, platforms: Running) -> None:
    own = made(platforms)
    offered = come_back(admin, say_yes(way_there(admin, platforms), {"account": own}))
    assert "@veldhuis@sociaal.example" in offered.content.decode()
    page = offered.redirect_chain[-1][0]  # type: ignore[attr-defined]
    shown = admin.post(page, {"take": ["mastodon:veldhuis@sociaal.example"]}, follow=True).content.decode()
    assert "is connected" in shown
    account = Account.objects.get()
    assert account.access_ends_at is None and "client_secret" in account.credentials
    told = say(platforms, "mastodon", "post", "karin@elders.example", "@veldhuis waar blijft mijn bank?")
    poll(account, "notifications")
    assert Message.objects.filter(external_id=told).exists()


def test_saying_no_and_a_code_used_twice_connect_nothing(admin: Client, platforms: Running) -> None:
    own = made(platforms)
    refused = come_back(admin, say_yes(way_there(admin, platforms), {"account": ""}))
    assert "You did not let Webcare in" in refused.content.decode()
    address = say_yes(way_there(admin, platforms), {"account": own})
    come_back(admin, address)
    assert "This sign-in is over" in come_back(admin, address).content.decode()


def test_what_is_no_server_is_said(admin: Client, platforms: Running) -> None:
    https = "The address must be one of a site over HTTPS"
    for typed, words in {
        "": "This field is required.", "geen server": https, "http://10.0.0.1": https, "127.0.0.1:1": https,
        "10.0.0.1.example": "Mastodon does not answer. Look whether this is right",
    }.items():  # fmt: skip
        form = {"way": "mastodon", "instance": typed}
        shown = admin.post("/accounts/sign-in/mastodon/go/", form).content.decode()
        assert words in shown and "did not accept this" not in shown and "oauth/authorize" not in shown
        assert not typed or f'value="{typed}"' in shown


def test_connected_again_it_is_the_same_account(admin: Client, platforms: Running) -> None:
    own = made(platforms)
    offered = come_back(admin, say_yes(way_there(admin, platforms), {"account": own}))
    page = offered.redirect_chain[-1][0]  # type: ignore[attr-defined]
    admin.post(page, {"take": ["mastodon:veldhuis@sociaal.example"]})
    account = Account.objects.get()
    before = account.credentials["access_token"]
    address = way_there(admin, platforms, account=str(account.code), instance="")
    assert "is connected again" in come_back(admin, say_yes(address, {"account": own})).content.decode()
    account.refresh_from_db()
    assert account.credentials["access_token"] != before
    shown = admin.get("/accounts/sign-in/mastodon/").content.decode()
    assert "I have the keys or a token already" in shown
