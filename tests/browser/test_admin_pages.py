"""Accounts, people and sign-in in a real browser: readable for everybody, at every width, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, expect

from channels.models import Account, Delivery, Stream, UnreadItem
from inbox.models import Contact, Erasure, Label, OpeningDay, Read, ResponseTarget, RetentionRun, Team, User
from inbox.privacy import erasing, exports, retention
from tests.browser.boxes import box
from tests.browser.conftest import Open
from tests.factories import make_account, make_user
from tests.support.barriers import barriers_at, resize
from tests.support.planted import NAME, plant

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
_MAIN_HOLDS_ALL = "(main => main.scrollWidth <= main.clientWidth)(document.querySelector('main'))"
LONG = "Lijn Noord reizigersinformatie en klantenservice voor alle treinen"


@pytest.fixture
def admin(transactional_db: None) -> User:
    """The person at the browser, with one account of every health and something in every list."""
    boss = make_user("admin", first_name="Mila", last_name="de Boer", language="nl")
    now = timezone.now()
    account = make_account("x", last_success_at=now, last_message_at=now)
    Stream.objects.create(account=account, name="mentions", last_polled_at=now)
    Stream.objects.create(account=account, name="search", query="veldhuis -from:veldhuis OR " + "x" * 80)
    make_account("instagram", needs_reauth_at=now, last_success_at=now)
    make_account("facebook", name=LONG, handle="", failing_since=now - timedelta(hours=1), last_error_reason="other")
    make_account("whatsapp", paused_at=now, paused_by=boss, handle="")
    UnreadItem.objects.create(account=account, reason="a strange thing", body={"id": "1" * 300}, digest="a")
    Delivery.objects.create(product="meta", body=b'{"object": "page"}', status="failed", error="no entry")
    make_user(first_name="Michel", last_name="Beumer", is_active=True)
    make_user(
        first_name="Wilhelmina-Antoinette", last_name="van der Heijden-Oudshoorn tot Drakenstein", is_active=False
    )
    return boss


def test_a_double_click_sends_a_form_once(visit: Open, admin: User) -> None:
    page = visit("/api/tokens/", person=admin)
    # Counted after the page's own scripts, and kept from leaving.
    page.evaluate("""
        addEventListener("submit", (event) => {
            if (!event.defaultPrevented) document.title += "!";
            event.preventDefault();
        })
    """)
    page.clock.install()
    page.get_by_role("button", name="Token maken").dblclick()
    expect(page).to_have_title("Tokens · Webcare!")
    page.clock.fast_forward(30_000)  # the answer takes its time
    page.get_by_role("button", name="Token maken").click()
    expect(page).to_have_title("Tokens · Webcare!")
    page.evaluate("dispatchEvent(new Event('pageshow'))")  # back from the next page
    page.get_by_role("button", name="Token maken").click()
    expect(page).to_have_title("Tokens · Webcare!!")
    page.evaluate("dispatchEvent(new Event('pageshow'))")
    page.evaluate("document.querySelector('form.form').target = '_blank'")  # a preview: this page stays
    page.get_by_role("button", name="Token maken").click()
    page.clock.fast_forward(2000)
    page.get_by_role("button", name="Token maken").click()
    expect(page).to_have_title("Tokens · Webcare!!!!")


@pytest.mark.long
@pytest.mark.thorough
def test_the_admin_pages_are_readable_for_everybody(visit: Open, site: str, admin: User) -> None:
    account = Account.objects.get(platform="x")
    paths = [
        "/accounts/",
        "/accounts/add/",
        "/accounts/add/x/",
        "/accounts/sign-in/whatsapp/",
        "/accounts/apps/",
        f"/accounts/connected/?account={account.code}",
        f"/accounts/{account.code}/",
        "/people/",
        "/people/add/",
    ]
    paths += [f"/accounts/{account.code}/reconnect/", f"/accounts/{account.code}/remove/", f"/people/{admin.code}/"]
    paths += ["/accounts/not-understood/", "/accounts/deliveries/", "/preferences/", "/account/password/change/"]
    paths += ["/settings/sign-in/", "/account/second-step/"]
    OpeningDay.objects.create(date=timezone.localdate() + timedelta(days=9), name="Tweede Paasdag")
    paths += ["/settings/organisation/"]
    target = ResponseTarget.objects.create(minutes=30, account=account, team=Team.objects.create(name=LONG[:60]))
    paths += ["/settings/targets/", f"/settings/targets/{target.code}/"]
    page = visit(paths[0], person=admin)
    for path in paths:
        page.goto(site + path)
        assert "Webcare" in page.title()
        assert barriers_at(page, 1440, 360) == [], path
        for width in (1440, 768, 360):
            resize(page, width)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            assert page.evaluate(_MAIN_HOLDS_ALL), (path, width)


@pytest.mark.long
def test_privacy_pages_are_readable_for_everybody(visit: Open, site: str, admin: User) -> None:
    planted = plant()
    exports.ask(planted.contact, admin, known="wrote", language="nl", with_notes=True)
    exports.make_due()
    retention.set_rule(admin, retention.Rule(planted.public.account_id, None, 12))
    run = RetentionRun.objects.create(day=timezone.localdate(), rules=[])
    Read.objects.create(at=timezone.now(), user_id=admin.pk, kind="opened", contact_id=planted.contact.pk)
    label = Label.objects.create(name=f"Klacht {NAME}")
    erasure = erasing.ask(Contact.objects.create(), admin, "vroeg erom")
    Erasure.objects.filter(pk=erasure.pk).update(named=[["label", label.pk, ""], ["label", 0, ""]])
    page = visit("/privacy/?q=zeldenthuis", person=admin)
    for path in (
        "?q=zeldenthuis", f"people/{planted.contact.code}/", "retention/", "retention/?of=all&months=6",
        f"retention/{run.day}/", "reads/", f"receipts/{erasure.code}/",
    ):  # fmt: skip
        page.goto(f"{site}/privacy/{path}")
        assert barriers_at(page, 1440, 360) == [], path
        for width in (1440, 768, 360):
            resize(page, width)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)
            assert page.evaluate(_MAIN_HOLDS_ALL), (path, width)


@pytest.mark.thorough
def test_the_doors_are_readable_for_everybody(new_context: Callable[..., BrowserContext], site: str) -> None:
    page = new_context(viewport={"width": 1440, "height": 800}, locale="nl-NL").new_page()
    for path in ("login/", "password/reset/", "password/reset/done/", "inactive/", "signup/"):
        page.goto(f"{site}/account/{path}")
        assert barriers_at(page, 1440, 360) == [], path


def test_sign_in_look_and_sign_out_work_by_keyboard(new_context: Callable[..., BrowserContext], site: str) -> None:
    make_user("lead", email="sanne@example.com", language="nl")
    page = new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{site}/preferences/")
    expect(page.locator("#id_login")).to_be_focused()
    page.keyboard.type("sanne@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type("a-long-password")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/preferences/")
    page.get_by_label("Donker").check()
    page.get_by_label("Engels").check()
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_role("heading", name="Preferences").wait_for()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.wait_for_url("**/account/login/**")


@pytest.mark.long
def test_the_webhook_address_is_copied_with_one_click(visit: Open, admin: User) -> None:
    account = make_account("facebook", verify_token="wc-verify-token")
    page = visit(f"/accounts/{account.code}/", person=admin, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopieer").nth(1).click()
    page.get_by_text("Gekopieerd").first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "wc-verify-token"


@pytest.mark.long
def test_on_a_tablet_the_state_of_an_account_is_a_line(visit: Open, admin: User) -> None:
    page = visit("/accounts/", width=768, height=1024, person=admin)
    why = box(page.locator(".accounts .health .why").first)
    assert why["width"] > 400
    assert why["height"] <= 44  # two lines at most
