"""The automatic message of an account as an admin fills it in: seen first, refused where it could not be sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from channels.models import Account
from inbox.models import Event
from inbox.outbox import autoreply_text as words
from tests.factories import make_account, make_user
from tests.support.opening_hours import open_up, shut

pytestmark = pytest.mark.django_db
GIVEN = {
    "automatic_on": "on",
    "automatic_language": "nl",
    "automatic_nl": "Bedankt voor je bericht. Wij zijn er weer {opens}.",
    "automatic_en": "Thank you for your message. We are back {opens}.",
}


@pytest.fixture
def admin(client: Client) -> Client:
    """A browser an admin is signed in with."""
    client.force_login(make_user("admin", language="en"))
    return client


@pytest.fixture
def account() -> Account:
    """A WhatsApp number."""
    return make_account("whatsapp")


def save(admin: Client, account: Account, **changes: Any) -> str:
    """Post the form; return the page it leads to."""
    return admin.post(f"/accounts/{account.code}/automatic/", GIVEN | changes, follow=True).content.decode()


def test_e14_it_is_off_until_an_admin_turns_it_on(admin: Client, account: Account) -> None:
    assert not account.automatic_on
    page = save(admin, account)
    assert "Saved." in page
    account.refresh_from_db()
    assert account.automatic_on
    assert account.automatic_nl == GIVEN["automatic_nl"]
    event = Event.objects.get(verb="account_changed")
    assert event.data == {"fields": ["automatic_on", "automatic_nl", "automatic_en"]}


def test_e14_the_mark_stands_in_front_whatever_is_filled_in(admin: Client, account: Account) -> None:
    page = save(admin, account, automatic_nl="Wij zijn dicht.")
    assert "Automatisch bericht: Wij zijn dicht." in page
    assert "Automatic message: Thank you for your message. We are back " in page


def test_it_is_seen_before_it_is_saved(admin: Client, account: Account) -> None:
    shut()
    page = save(admin, account, preview="1")
    assert "Automatisch bericht: Bedankt voor je bericht. Wij zijn er weer " in page
    assert "{opens}" not in page[page.index('id="preview"') :]
    account.refresh_from_db()
    assert (account.automatic_on, account.automatic_nl) == (False, "")
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"automatic_nl": "Tot {wanneer}, {naam}!"}, "We cannot fill in {wanneer}, {naam}."),
        ({"automatic_en": "Back {opens"}, "We cannot fill in {."),
        ({"automatic_nl": "Wij zijn er weer {opens}. ^FB"}, "leave out the initials"),
        ({"automatic_nl": ""}, "Fill in the text that is sent where"),
        ({"automatic_language": "en", "automatic_en": " "}, "Fill in the text that is sent where"),
        ({"automatic_nl": "a" * 4096}, "Too long for this channel by 21"),
    ],
)
def test_what_could_not_be_sent_is_refused(admin: Client, account: Account, changes: Any, said: str) -> None:
    page = save(admin, account, **changes)
    assert said in page
    account.refresh_from_db()
    assert not account.automatic_on
    assert account.automatic_nl == account.automatic_en == ""


@pytest.mark.parametrize(("platform", "unit"), [("instagram", "é"), ("facebook", "e"), ("x", "e"), ("whatsapp", "e")])
def test_text_is_measured_as_the_channel_counts(admin: Client, platform: str, unit: str) -> None:
    account = make_account(platform)
    rules = next(rules for route, rules in account.capabilities.routes.items() if route == "private_message")
    left = rules.limit - words.longest_length("{opens}", "nl", rules)
    fits = unit * (left // len(unit.encode() if rules.count == "bytes" else unit)) + "{opens}"
    assert "Saved." in save(admin, account, automatic_nl=fits)
    assert "Too long for this channel by" in save(admin, account, automatic_nl=unit + fits)


def test_the_longest_time_of_being_back_is_longer_than_any_other() -> None:
    rules = make_account("whatsapp").capabilities.routes["private_message"]  # type: ignore[index]  # it has one
    now = timezone.now()
    for language in words.MARKS:
        longest = words.longest_length("{opens}", language, rules)
        for days in (0, 1, 2, 6, 7, 40, 200):
            text = words.fill_in("{opens}", language, now + timedelta(days=days), now)
            assert len(text) <= longest


def test_without_opening_hours_the_form_says_nothing_is_sent(admin: Client, account: Account) -> None:
    address = f"/accounts/{account.code}/"
    assert "No opening hours are filled in" in admin.get(address).content.decode()
    open_up()
    assert "No opening hours are filled in" not in admin.get(address).content.decode()


@pytest.mark.parametrize("role", ["agent", "lead"])
def test_only_admins_change_it(client: Client, account: Account, role: str) -> None:
    client.force_login(make_user(role))
    assert client.post(f"/accounts/{account.code}/automatic/", GIVEN).status_code == 403
    account.refresh_from_db()
    assert not account.automatic_on
