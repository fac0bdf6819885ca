"""Connecting a channel by signing in at Google, and keeping its access."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from channels.accounts import connecting, renewing
from channels.models import Account
from channels.youtube.access import COMMENTS
from inbox.models import Message
from tests import factories
from tests.support.sandbox_accounts import connect, control, say
from tests.support.signing_in import come_back, go_there, know_apps, say_yes, sign_in
from tests.support.workers import poll

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
ALLOW = {"allow": COMMENTS}


@pytest.fixture
def admin(platforms: Running) -> Client:
    """An admin who speaks English, with our apps filled in."""
    know_apps(platforms)
    client = Client()
    client.force_login(factories.make_user("admin", language="en"))
    return client


def made(sandbox: Running, username: str = "veldhuis") -> str:
    names = {"platform": "youtube", "name": username.title(), "username": username}
    return str(control(sandbox, "POST", "/control/accounts", **names)["id"])


def take(client: Client, page: str, *keys: str) -> str:
    return client.post(page, {"take": keys}, follow=True).content.decode()


def test_a2_channel_is_chosen_at_google_and_heard(admin: Client, platforms: Running) -> None:
    own, _other = made(platforms), made(platforms, "outlet")
    offered = sign_in(admin, "youtube", "google", {"account": own, **ALLOW})
    assert "@veldhuis" in offered.content.decode() and "@outlet" not in offered.content.decode()
    page = offered.redirect_chain[-1][0]  # type: ignore[attr-defined]
    assert "is connected" in take(admin, page, f"youtube:{own}")
    account = Account.objects.get(external_id=own)
    assert account.access_ends_at is not None
    say(platforms, "youtube", "upload", "veldhuis", "Onze winkel")
    said_id = say(platforms, "youtube", "comment", "karin", "Hoe laat open?")
    poll(account, "comments")
    assert Message.objects.filter(external_id=said_id).exists()


def test_a_permission_that_was_cleared_connects_nothing(admin: Client, platforms: Running) -> None:
    shown = sign_in(admin, "youtube", "google", {"account": made(platforms)}).content.decode()
    assert "Our access does not cover comments." in shown
    assert not Account.objects.exists()


def test_saying_no_at_google_changes_nothing(admin: Client, platforms: Running) -> None:
    made(platforms)
    assert "You did not let Webcare in" in sign_in(admin, "youtube", "google", {"account": ""}).content.decode()


def test_another_channel_does_not_take_an_accounts_place(admin: Client, platforms: Running) -> None:
    account, other = connect(platforms, "youtube"), made(platforms, "outlet")
    sealed = account.sealed_credentials
    shown = sign_in(admin, "youtube", "google", {"account": other, **ALLOW}, account=str(account.code))
    assert "does not reach @veldhuis" in shown.content.decode()
    account.refresh_from_db()
    assert account.sealed_credentials == sealed
    again = sign_in(admin, "youtube", "google", {"account": account.external_id, **ALLOW}, account=str(account.code))
    assert "is connected again" in again.content.decode()


def test_a_code_works_once(admin: Client, platforms: Running) -> None:
    address = say_yes(go_there(admin, "youtube", "google"), {"account": made(platforms), **ALLOW})
    assert "Which may your team answer?" in come_back(admin, address).content.decode()
    assert "This sign-in is over" in come_back(admin, address).content.decode()


def test_access_is_renewed_before_its_hour_is_over(platforms: Running) -> None:
    account = connect(platforms, "youtube")
    first = account.credentials
    assert renewing.due() == []
    with time_machine.travel(timezone.now() + timedelta(minutes=45)):
        assert renewing.due() == [account.pk]
        assert renewing.renew(account.pk)
    account.refresh_from_db()
    assert account.credentials["oauth2_token"] != first["oauth2_token"]
    assert account.credentials["refresh_token"] == first["refresh_token"]
    assert connecting.test(account, by=factories.make_user("admin")) is None


def test_a_new_secret_of_the_app_renews_what_had_the_old(admin: Client, platforms: Running) -> None:
    account = connect(platforms, "youtube")
    account.credentials = {**account.credentials, "client_secret": "ended"}
    account.save(update_fields=["sealed_credentials"])
    with time_machine.travel(timezone.now() + timedelta(minutes=45)):
        assert renewing.renew(account.pk)


def test_access_that_google_took_back_asks_an_admin(platforms: Running) -> None:
    account = connect(platforms, "youtube")
    control(platforms, "POST", "/control/revoke", platform="youtube", account="veldhuis")
    with time_machine.travel(timezone.now() + timedelta(minutes=45)):
        assert not renewing.renew(account.pk)
    account.refresh_from_db()
    assert account.health == "reauth"
