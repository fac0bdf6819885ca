"""A token that may do everything, and calls by it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from api.rest import callers
from api.tokens import issuing
from api.tokens.models import Scope
from channels.models import Account
from inbox.models import Conversation, User
from inbox.models.rights import Right
from tests import factories

Caller = Callable[..., Any]


def caller_of(key: str) -> Caller:
    """Return what calls the API with a key, each time with an Idempotency-Key of its own where none is given."""

    def call(method: str, path: str, body: Any = None, *, once: str = "", **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {key}", "Idempotency-Key": once or uuid.uuid4().hex, **headers}
        given = {"content_type": "application/json"} | ({"data": body} if body is not None else {})
        return getattr(Client(), method.lower())(f"/api/v1{path}", headers=sent, **given)

    return call


def token_of(person: User, *scopes: str, **more: Any) -> Caller:
    """Return what calls the API as somebody, with every scope where none is given."""
    by = person if person.has(Right.API) else factories.make_user("admin")
    _token, key = issuing.issue("CRM", person, by, scopes=scopes or Scope.values, days=1, **more)
    return caller_of(key)


@pytest.fixture(autouse=True)
def _calls_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all tests of a minute call as often as they like."""
    monkeypatch.setattr(callers, "PER_MINUTE", 10_000)
    monkeypatch.setattr(callers, "WRONG_PER_MINUTE", 10_000)


@pytest.fixture
def account(db: None) -> Account:
    """The brand's X account."""
    return factories.make_account("x", name="Veldhuis Wonen", handle="VeldhuisNL")


@pytest.fixture
def person(db: None) -> User:
    """Whose token it is: a lead who sees everything, and whose answers leave at once."""
    return factories.make_user("lead", first_name="Sanne", language="en", undo_seconds=0)


@pytest.fixture
def call(person: User) -> Caller:
    """Calls with a token that may do everything."""
    return token_of(person)


@pytest.fixture
def conversation(account: Account) -> Conversation:
    """An open public conversation with one message."""
    message = factories.make_inbound(account, "Waar blijft mijn kast? @VeldhuisNL")
    assert message.conversation is not None
    return message.conversation
