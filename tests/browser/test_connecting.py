"""Connecting an account by signing in, losing the access, and connecting it again: nothing is lost meanwhile."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from channels.accounts import renewing
from channels.intake import checkups, deliveries, polling
from channels.models import Account, Stream
from inbox.models import Message, User
from tests.browser.conftest import Open
from tests.factories import make_user
from tests.support.barriers import barriers_at
from tests.support.sandbox_accounts import control, say
from tests.support.signing_in import know_apps

if TYPE_CHECKING:
    from pytest_django import Settings

    from sandbox.testing import Running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def platforms(sandbox: Running, settings: Settings, site: str) -> Running:
    """The sandbox, with our apps known there and here."""
    settings.X_API_BASE = settings.X_UPLOAD_BASE = settings.GRAPH_API_BASE = settings.MEDIA_SANDBOX = sandbox.url
    settings.X_LOGIN_BASE = settings.X_OAUTH1_LOGIN_BASE = settings.META_LOGIN_BASE = sandbox.url
    settings.YOUTUBE_API_BASE = settings.GOOGLE_TOKEN_BASE = settings.GOOGLE_LOGIN_BASE = sandbox.url
    settings.PUBLIC_URL = site
    settings.META_WHATSAPP_CONFIG_ID = "77"
    know_apps(sandbox)
    return sandbox


@pytest.fixture
def admin(transactional_db: None) -> User:
    return make_user("admin", first_name="Mila", last_name="de Boer", language="en")


def sign_in_at_x(page: Page) -> None:
    page.get_by_role("button", name="Go on at X").click()
    page.get_by_role("button", name="Authorize app as @veldhuis").click()


def sign_in_at_meta(page: Page) -> None:
    page.get_by_role("button", name="Go on at Meta").click()
    page.get_by_role("button", name="Continue").click()


def sign_in_at_google(page: Page) -> None:
    page.get_by_role("button", name="Go on at Google").click()
    page.get_by_role("button", name="Continue as Veldhuis (@veldhuis)").click()


def listen(account: Account) -> None:
    """Ask everything that can be asked; what comes by webhook is read."""
    account.streams.update(next_poll_at=timezone.now())
    for pk in Stream.objects.filter(account=account).values_list("pk", flat=True):
        polling.poll(pk)
    deliveries.read_waiting()


KINDS = {"x": "post", "facebook": "message", "instagram": "message", "whatsapp": "text", "youtube": "comment"}
WAYS: dict[str, Callable[[Page], None]] = {
    "x": sign_in_at_x, "facebook": sign_in_at_meta, "instagram": sign_in_at_meta, "whatsapp": sign_in_at_meta,
    "youtube": sign_in_at_google,
}  # fmt: skip
LONG = [pytest.param(name, marks=pytest.mark.long) for name in ("x", "instagram", "whatsapp", "youtube")]


@pytest.mark.long
@pytest.mark.parametrize("platform", ["facebook", *LONG])
def test_access_that_is_lost_and_given_again_loses_nothing(
    visit: Open, platforms: Running, admin: User, site: str, platform: str
) -> None:
    names = {"platform": platform, "name": "Veldhuis", "username": "veldhuis"}
    own = control(platforms, "POST", "/control/accounts", **names)["id"]
    page = visit("/accounts/add/", person=admin)
    page.locator(f"a.choice[href*='/{platform}/']").click()
    WAYS[platform](page)
    expect(page.get_by_role("heading", name="Which may your team answer?")).to_be_visible()
    assert barriers_at(page, 1440, 360) == []
    for box in page.locator("input[name=take]").all():
        box.set_checked(box.get_attribute("value") == f"{platform}:{own}")
    page.get_by_role("button", name="Connect what is ticked").click()
    expect(page.get_by_text("is connected. The first messages come in within a minute.")).to_be_visible()
    account = Account.objects.get()
    if platform == "whatsapp":
        hook = {"product": "meta", "url": f"{site}/webhooks/meta/", "verify_token": account.verify_token}
        control(platforms, "POST", "/control/webhooks", **hook)
    if platform == "youtube":
        say(platforms, platform, "upload", "veldhuis", "Onze winkel")
    before = say(platforms, platform, KINDS[platform], "klant", "@veldhuis waar blijft mijn kast?")
    until_in(account, before)

    control(platforms, "POST", "/control/revoke", platform=holder(platform), account=held_by(platforms, platform, own))
    lose_access(account)
    page.reload()
    warning = page.get_by_text(re.compile("has been disconnected since"))
    expect(warning.first).to_be_visible()
    meanwhile = say(platforms, platform, KINDS[platform], "klant", "@veldhuis hallo?")
    listen(account)
    if platform != "whatsapp":  # its webhooks arrive all the same
        assert not Message.objects.filter(external_id=meanwhile).exists()

    page.goto(f"{site}/accounts/{account.code}/reconnect/")
    WAYS[platform](page)
    expect(page.get_by_text("is connected again. What came in meanwhile is fetched now.")).to_be_visible()
    expect(warning).to_have_count(0)
    until_in(account, meanwhile)
    assert [row.external_id for row in Account.objects.all()] == [own]
    assert Message.objects.filter(external_id=before).count() == 1


def until_in(account: Account, external_id: str) -> None:
    """Wait until a message came in: a webhook takes a moment."""
    for _turn in range(40):
        listen(account)
        if Message.objects.filter(external_id=external_id).exists():
            return
        time.sleep(0.25)
    raise AssertionError(f"{external_id} does not come in")


def holder(platform: str) -> str:
    """An Instagram account has its page's token."""
    return "facebook" if platform == "instagram" else platform


def held_by(sandbox: Running, platform: str, own: str) -> str:
    if platform != "instagram":
        return own
    made = control(sandbox, "GET", "/control/accounts")["accounts"]
    return str(next(account["credentials"]["page_id"] for account in made if account["id"] == own))


def lose_access(account: Account) -> None:
    """Look at the account as beat does; renewing the access fails too."""
    checkups.check_account(account.pk)
    renewing.renew(account.pk)
    account.refresh_from_db()
    assert account.health == "reauth"
