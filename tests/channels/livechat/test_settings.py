"""An admin makes a chat, pastes it into the site and says how it greets."""

from __future__ import annotations

import pytest
from django.test import Client

from channels import secrets
from channels.intake import polling
from channels.models import Account, ChatSite
from tests.factories import make_account, make_user
from tests.support.chat import Visitor, make_chat
from tests.support.html import text_of
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db
FORM = {"name": "Veldhuis", "sites": "https://www.veldhuis.example/", "colour": "#7a3fb8"}


@pytest.fixture
def admin() -> Client:
    """A browser of an admin who reads English."""
    return signed_in(make_user("admin", language="en"))


def test_an_admin_makes_a_chat_and_gets_the_line_to_paste(admin: Client) -> None:
    assert "Conversations on your own site" in text_of(page_of(admin, "/accounts/add/"))
    page = page_of(admin, "/accounts/add/livechat/", name="Veldhuis Wonen", origin="https://Shop.example/bank?x=1")
    account = Account.objects.get()
    assert f"data-account=&quot;{account.code}&quot; async&gt;" in page and "/chat/widget.js" in page
    assert (account.name, ChatSite.objects.get().origins) == ("Veldhuis Wonen", ["https://shop.example"])
    assert list(account.streams.values_list("name", flat=True)) == ["messages"]
    assert "New credentials" not in page and "Ask the platform" not in page
    assert page.count('name="name"') == 1  # two forms do not ask it twice
    polling.poll(account.streams.get().pk)
    assert "What visitors write is here at once." in page_of(admin, f"/accounts/{account.code}/")
    again = page_of(admin, "/accounts/add/livechat/", name="veldhuis wonen", origin="https://shop.example")
    assert "is connected already" in again


@pytest.mark.parametrize(
    "origin", ["shop.example", "http://shop.example", "javascript:alert(1)", "https://", "ftp://a.b"]
)
def test_what_is_no_site_is_refused(admin: Client, origin: str) -> None:
    assert "must be one of a site over HTTPS" in page_of(admin, "/accounts/add/livechat/", name="V", origin=origin)
    assert not Account.objects.exists()


def test_what_an_admin_changes_is_what_the_widget_gets(admin: Client) -> None:
    account = make_chat()
    form = FORM | {"greeting_nl": "Twijfel je over de stof?", "greet_after": "20", "greet_on": "/banken/"}
    page_of(admin, f"/accounts/{account.code}/chat/", **form)
    told = Visitor(account, "https://www.veldhuis.example").ask().json()
    assert (told["name"], told["colour"]) == ("Veldhuis", "#7a3fb8")
    assert told["greeting"]["nl"] == "Twijfel je over de stof?"
    assert told["greet"] == {"after": 20, "on": "/banken/"}
    assert Visitor(account).ask().status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [("colour", "red"), ("sites", "veldhuis.nl"), ("sites", ""), ("greet_after", "1"), ("greet_after", "20")],
)
def test_what_does_not_fit_is_said_at_its_field(admin: Client, field: str, value: str) -> None:
    account = make_chat()
    page = page_of(admin, f"/accounts/{account.code}/chat/", **FORM | {field: value})
    assert "field-wrong" in page
    assert ChatSite.objects.get().origins == ["https://shop.example"]


def test_a_new_secret_is_shown_once(admin: Client) -> None:
    account = make_chat()
    before = ChatSite.objects.get().sealed_secret
    page = page_of(admin, f"/accounts/{account.code}/chat/secret/", sure="1")
    secret = secrets.unseal(ChatSite.objects.get().sealed_secret)["secret"]
    assert ChatSite.objects.get().sealed_secret != before
    assert secret in page and secret not in page_of(admin, f"/accounts/{account.code}/")


def test_a_new_secret_asks_once_more_who_one_is(admin: Client) -> None:
    account, before = make_chat(), ChatSite.objects.get().sealed_secret
    session = admin.session
    session["proved"] = 0
    session.save()
    answer = admin.post(f"/accounts/{account.code}/chat/secret/", {"sure": "1"})
    assert answer.status_code == 302 and ChatSite.objects.get().sealed_secret == before


def test_another_account_has_no_chat(admin: Client) -> None:
    account = make_account("x")
    assert admin.post(f"/accounts/{account.code}/chat/", FORM).status_code == 404
    assert "To paste" not in page_of(admin, f"/accounts/{account.code}/")
