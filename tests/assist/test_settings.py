"""The assistant's page for admins: set up, tested, moved and forgotten; a secret is never shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from assist.server.models import Server
from assist.translating.models import Translation
from channels.secrets import unseal
from inbox.models import Event, Message, User
from sandbox.testing import Running
from tests.assist.conftest import MODEL, asked, fault
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db
SetUp = Callable[..., Server]


def _save(page: Client, **filled: Any) -> str:
    return page.post("/assist/", filled, follow=True).content.decode()


@pytest.fixture
def page(admin: User) -> Client:
    """The admin's browser."""
    return signed_in(admin)


def test_admin_sets_it_up_and_its_key_is_never_shown(llm: str, page: Client) -> None:
    filled = {"address": f"{llm}/assist", "model": MODEL, "key": "sk-sandbox"}
    assert "nothing leaves" in _save(page, **filled)
    row = Server.objects.get()
    assert (row.helps, unseal(row.sealed)) == ([], {"key": "sk-sandbox"})
    assert "sk-sandbox" not in page_of(page, "/assist/")
    assert "It works" in page_of(page, "/assist/act/", do="test")
    _save(page, address=row.address, model=MODEL, helps=["translation"])  # without a key: it stays
    row.refresh_from_db()
    assert (row.helps, unseal(row.sealed)) == (["translation"], {"key": "sk-sandbox"})
    verbs = Event.objects.filter(verb__startswith="assist_").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["assist_set", "assist_switched"]


@pytest.mark.parametrize(
    "address", ["http://llm.example.com/", "https://10.0.0.8/v1", "https://localhost/", "https://u:p@llm.example.com/"]
)
def test_only_public_https_addresses_are_taken(llm: str, page: Client, address: str) -> None:
    assert "public host" in _save(page, address=address, model="m")
    assert not Server.objects.exists()


def test_own_network_is_asked_where_the_operator_says_so(sandbox: Running, page: Client, settings: Settings) -> None:
    settings.MEDIA_SANDBOX = ""
    filled = {"address": f"{sandbox.url}/assist", "model": MODEL}
    assert "your operator allows it" in _save(page, **filled)
    settings.ASSIST_SERVERS = ["http://127.0.0.1:1"]
    assert "your operator allows it" in _save(page, **filled)
    settings.ASSIST_SERVERS = [sandbox.url]
    _save(page, **filled)
    assert "It works" in page_of(page, "/assist/act/", do="test")
    settings.ASSIST_SERVERS = []
    assert "not a public one" in page_of(page, "/assist/act/", do="test")


def test_key_goes_to_no_other_server(set_up: SetUp, page: Client) -> None:
    set_up(key="sk-sandbox")
    told = _save(page, address="https://elsewhere.example.com", model="m")
    assert "needs its own key" in told
    _save(page, address="https://elsewhere.example.com", model="m", no_key="on")
    row = Server.objects.get()
    assert (row.host, row.sealed) == ("elsewhere.example.com", "")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("llm_rate_limit", "no more questions for now. (HTTP 429)"),
        ("llm_error", "has a disturbance. (HTTP 500)"),
        ("llm_nonsense", "cannot be understood"),
        ("llm_too_long", "is too long"),
        ("llm_cut_off", "is too long"),
    ],
)
def test_a_test_that_fails_says_why(set_up: SetUp, llm: str, page: Client, name: str, why: str) -> None:
    set_up()
    fault(llm, name)
    assert why in page_of(page, "/assist/act/", do="test")


def test_wrong_key_model_and_slow_server_are_told_apart(
    set_up: SetUp, llm: str, page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(key="sk-other")
    assert "look at the key" in page_of(page, "/assist/act/", do="test")
    set_up(key="", model="other")
    assert "this model" in page_of(page, "/assist/act/", do="test")
    monkeypatch.setattr("assist.port.SECONDS", 0.3)
    set_up()
    fault(llm, "slow", seconds=1.0)
    before = len(asked(llm))
    assert "takes too long" in page_of(page, "/assist/act/", do="test")
    deadline = time.monotonic() + 20
    while len(asked(llm)) == before:  # it comes after all, and is no question of the next test
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_forgetting_takes_key_and_translations(set_up: SetUp, page: Client, message: Message) -> None:
    set_up(key="sk-sandbox")
    Translation.objects.create(message=message, language="nl", text="Hallo")
    page_of(page, "/assist/act/", do="forget")
    assert not Server.objects.exists()
    assert not Translation.objects.exists()
