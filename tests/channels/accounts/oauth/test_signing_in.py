"""Connecting accounts by signing in at their platform."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import requests
from django.test import Client

from channels.accounts import connecting
from channels.connectors import connector_for
from channels.intake import polling
from channels.models import Account, PlatformApp, SignIn, Stream
from channels.types import Action
from inbox.models import Event, Message
from tests import factories
from tests.support.sandbox_accounts import connect, control, say
from tests.support.signing_in import come_back, go_there, know_apps, say_yes, sign_in

if TYPE_CHECKING:
    from pytest_django import Settings

    from sandbox.testing import Running

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(platforms: Running) -> Client:
    """An admin who speaks English, with our apps filled in."""
    know_apps(platforms)
    client = Client()
    client.force_login(factories.make_user("admin", language="en"))
    return client


def made(sandbox: Running, platform: str, username: str = "veldhuis", **more: str) -> str:
    names = {"platform": platform, "name": username.title(), "username": username}
    return str(control(sandbox, "POST", "/control/accounts", **names, **more)["id"])


def take(client: Client, *keys: str, **more: str) -> str:
    """Tick these accounts on the newest sign-in's page; return the page that follows."""
    row = SignIn.objects.latest("started_at")
    return client.post(f"/accounts/pick/{row.code}/", {"take": keys, **more}, follow=True).content.decode()


@pytest.mark.parametrize("way", ["x", "x1"])
def test_an_x_account_is_connected_by_signing_in(admin: Client, platforms: Running, way: str) -> None:
    own = made(platforms, "x")
    sign_in(admin, "x", way, {"account": own})
    assert "is connected" in take(admin, f"x:{own}", listen="1")
    account = Account.objects.get(external_id=own)
    assert account.mode == Account.Mode.LISTEN
    assert ("refresh_token" in account.credentials) == (account.access_ends_at is not None) == (way == "x")
    post = say(platforms, "x", "post", "klant", "@veldhuis waar blijft mijn kast?")
    polling.poll(Stream.objects.get(account=account, name="mentions").pk)
    assert Message.objects.filter(external_id=post).exists()
    connector = connector_for(account)
    connector.act(Action.LIKE, post)
    connector.close()
    shown = sign_in(admin, "x", way, {"account": own}).content.decode()
    assert "there is nothing to connect" in shown and "Begin by reading along" not in shown


def test_pages_are_ticked_and_connected_together(admin: Client, platforms: Running) -> None:
    page, other = made(platforms, "facebook"), made(platforms, "facebook", "lijnnoord")
    linked = made(platforms, "instagram", page_id=page)
    control(platforms, "POST", "/control/grant", platform="facebook", account=other, tasks=["ANALYZE"])
    shown = sign_in(
        admin, "facebook", "pages",
        {"asset": [page, other], "do": "go", "granted": ["pages_show_list", "pages_messaging", "instagram_basic"]},
    ).content.decode()  # fmt: skip
    assert "Comments cannot be answered, liked or hidden." in shown
    assert "you may read here, not answer" in shown
    assert "Private messages are neither read nor answered." not in shown
    shown = take(admin, f"facebook:{page}", f"instagram:{linked}", f"facebook:{other}")
    assert set(Account.objects.values_list("external_id", flat=True)) == {page, linked}
    assert "2 accounts are connected" in shown
    assert SignIn.objects.get().sealed == ""


def test_a_token_of_a_system_user_leads_to_its_numbers(admin: Client, platforms: Running) -> None:
    number, other = made(platforms, "whatsapp"), made(platforms, "whatsapp", "lijnnoord")
    token = say_token(platforms, number)
    shown = admin.post("/accounts/sign-in/whatsapp/go/", {"way": "token", "token": token}, follow=True)
    assert token not in shown.content.decode()
    assert f"whatsapp:{other}" not in shown.content.decode()
    take(admin, f"whatsapp:{number}")
    account = Account.objects.get(external_id=number)
    assert account.credentials["access_token"] == token
    assert connecting.test(account, by=factories.make_user("admin")) is None


def say_token(sandbox: Running, *numbers: str) -> str:
    page = requests.post(f"{sandbox.url}/business/system-users", data={"asset": numbers, "do": "go"}, timeout=10).text
    found = re.search(r"<code>(\S+)</code>", page)
    assert found
    return found[1]


def test_embedded_sign_up_connects_a_number(admin: Client, platforms: Running, settings: Settings) -> None:
    settings.META_WHATSAPP_CONFIG_ID = "77"
    number = made(platforms, "whatsapp")
    sign_in(admin, "whatsapp", "numbers", {"asset": [number], "do": "go"})
    take(admin, f"whatsapp:{number}")
    assert connecting.test(Account.objects.get(external_id=number), by=factories.make_user("admin")) is None


def test_connecting_again_keeps_the_row_and_refuses_another(admin: Client, platforms: Running) -> None:
    account, other = connect(platforms, "x"), made(platforms, "x", "outlet")
    control(platforms, "POST", "/control/revoke", platform="x", account=account.external_id)
    by = factories.make_user("admin")
    assert connecting.test(account, by=by) is not None
    shown = sign_in(admin, "x", "x", {"account": other}, account=str(account.code)).content.decode()
    assert "does not reach @veldhuis" in shown
    account.refresh_from_db()
    assert account.health == "reauth"
    shown = sign_in(admin, "x", "x", {"account": account.external_id}, account=str(account.code)).content.decode()
    assert "is connected again" in shown
    account.refresh_from_db()
    assert account.health != "reauth"
    assert Account.objects.count() == 1
    assert Event.objects.filter(verb="account_reconnected").count() == 1
    assert connecting.test(account, by=by) is None


def test_the_way_back_works_once_and_for_its_own_browser(admin: Client, platforms: Running) -> None:
    own = made(platforms, "x")
    address = say_yes(go_there(admin, "x", "x"), {"account": own})
    stranger = Client()
    stranger.force_login(factories.make_user("admin", language="en"))
    again = Client()
    again.force_login(SignIn.objects.get().by)
    for client in (stranger, again):
        assert "was begun in another browser" in come_back(client, address).content.decode()
    assert "Which may your team answer?" in come_back(admin, address).content.decode()
    assert "This sign-in is over" in come_back(admin, address).content.decode()


def test_saying_no_there_changes_nothing_here(admin: Client, platforms: Running) -> None:
    made(platforms, "x")
    for way, platform, answer in (("x", "x", {"account": ""}), ("pages", "facebook", {"do": ""})):
        assert "You did not let Webcare in." in sign_in(admin, platform, way, answer).content.decode()
    assert not Account.objects.exists()


def test_an_app_is_kept_encrypted_and_the_environment_goes_first(admin: Client, settings: Settings) -> None:
    settings.META_APP_ID = "from-outside"
    admin.post("/accounts/apps/", {"kind": "x", "x-client_id": "ours", "x-client_secret": "our-hidden-secret"})
    shown = admin.get("/accounts/apps/").content.decode()
    assert "ours" in shown
    assert "from-outside" in shown
    assert "our-hidden-secret" not in shown + PlatformApp.objects.get(kind="x").sealed
    assert "Go on at X" in admin.get("/accounts/sign-in/x/").content.decode()
