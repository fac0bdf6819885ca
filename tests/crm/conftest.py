"""A CRM that is connected by webhook, and an account of the brand's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from channels.models import Account
from crm.connecting import connections
from crm.connecting.models import Connection
from crm.panel import asking
from crm.writing.kinds import Kind
from inbox.models import User
from tests import factories
from tests.support.fake_crm import answering

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is slow: what has seconds in real use has a minute, but where a test is about those."""
    for module, name in ((asking, "SECONDS"), (asking, "DOWN"), (connections, "TEST_SECONDS")):
        monkeypatch.setattr(module, name, 60)


@pytest.fixture
def crm(settings: Settings) -> Iterator[str]:
    """The address of a CRM that answers."""
    with answering() as origin:
        settings.MEDIA_SANDBOX = origin
        yield f"{origin}/geheim"


@pytest.fixture
def admin(db: None) -> User:
    """Who connects it."""
    return factories.make_user("admin", language="en")


@pytest.fixture
def account(db: None) -> Account:
    """The brand's X account."""
    return factories.make_account("x", name="Veldhuis Wonen", handle="VeldhuisNL")


@pytest.fixture
def connect(crm: str, admin: User) -> Callable[..., Connection]:
    """Connect the CRM; without more everything is written."""

    def made(**chosen: Any) -> Connection:
        row = connections.connect("webhook", "127.0.0.1", {"url": crm, "secret": SECRET}, admin)
        everything: dict[str, Any] = {"writes": Kind.values, "with_words": True, "accounts": None, "teams": None}
        connections.change(row, admin, **(everything | chosen))
        return row

    return made
