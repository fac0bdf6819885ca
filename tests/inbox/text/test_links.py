"""Addresses that lead elsewhere than they read, and signs that turn text around."""

from __future__ import annotations

import pytest
from django.test import Client

from inbox.models import Conversation, Identity, Label, Team, User
from inbox.templatetags.inbox import said
from inbox.text.links import is_misleading, real_host
from tests import factories
from tests.support.pages import signed_in
from webcare.lib.bidi import without_bidi_controls

ODD = [
    ("https://аррӏе.com/login", "xn--80ak6aa92e.com"),
    ("https://xn--80ak6aa92e.com/", "xn--80ak6aa92e.com"),
    ("https://exаmple.nl/a", "xn--exmple-4nf.nl"),
    ("https://apple.com@evil.example/x", "evil.example"),
    ("http://user:pw@host.nl/", "host.nl"),
    ("https://νeldhuis.nl", "xn--eldhuis-rof.nl"),
    ("https://postbɑnk.nl", "xn--postbnk-pbd.nl"),
]
PLAIN = [
    "https://veldhuis.nl/a@b",
    "https://münchen.de",
    "https://møbler.dk",
    "https://مثال.إختبار/",
    "https://日本.jp",
]


@pytest.mark.parametrize(("address", "_host"), ODD)
def test_look_alikes_and_names_before_hosts_are_odd(address: str, _host: str) -> None:
    assert is_misleading(address)


@pytest.mark.parametrize("address", PLAIN)
def test_honest_addresses_are_not(address: str) -> None:
    assert not is_misleading(address)
    assert f'href="{address}"' in said(f"Kijk: {address} dus")


@pytest.mark.parametrize(("address", "host"), ODD)
def test_an_odd_link_says_its_real_host_and_asks_first(address: str, host: str) -> None:
    shown = said(f"Kijk: {address} dus")
    assert f'href="{address}"' not in shown
    assert "/inbox/link/?to=" in shown
    assert f"gaat naar {host}" in shown or f"leads to {host}" in shown
    assert real_host(address) == host


@pytest.mark.django_db
def test_the_page_before_an_odd_link_names_the_host(client: Client) -> None:
    page = signed_in(factories.make_user(language="en"))
    html = page.get("/inbox/link/", {"to": "https://apple.com@evil.example/x"}).content.decode()
    assert "evil.example</bdi>" in html
    assert 'href="https://apple.com@evil.example/x"' in html
    for address in ("https://veldhuis.nl/", "javascript:alert(1)//@", "", "//a@b"):
        assert page.get("/inbox/link/", {"to": address}).status_code == 404
    assert client.get("/inbox/link/", {"to": "https://a@b.nl"}).status_code == 302


@pytest.mark.django_db
def test_names_are_stored_without_turns() -> None:
    turned = "Retour \u202egnp.exe\u2066"
    label, team = Label.objects.create(name=turned), Team.objects.create(name=turned)
    person = factories.make_user(first_name=turned)
    for model, pk, field in ((Label, label.pk, "name"), (Team, team.pk, "name"), (User, person.pk, "first_name")):
        assert model.objects.values_list(field, flat=True).get(pk=pk) == "Retour gnp.exe"
    Label.objects.filter(pk=label.pk).update(name="A\u202eB")
    assert Label.objects.get(pk=label.pk).name == "AB"
    factories.make_inbound(text="Hoi", author=factories.author("Kar\u202ein"))
    assert Identity.objects.get().name == "Karin"
    assert Conversation.objects.get().contact.name in ("", "Karin")


def test_right_to_left_names_stay_as_they_are() -> None:
    assert without_bidi_controls("ليلى حداد\u200f") == "ليلى حداد\u200f"
