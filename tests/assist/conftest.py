"""The sandbox's language model, and an organisation that lets it help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
from django.core.cache import cache
from pytest_django import Settings

from assist.server import servers
from assist.server.models import Help, Server
from channels.models import Account
from inbox.models import Conversation, Message, User
from sandbox.testing import Running
from tests import factories

MODEL = "sandbox-1"
ENGLISH = "Hello, where is my parcel? I am still waiting. Mail noor.visser@example.com or call 06-12345678. Noor"


@pytest.fixture
def llm(sandbox: Running, settings: Settings) -> str:
    """The origin of a model that answers."""
    settings.MEDIA_SANDBOX = sandbox.url
    cache.clear()
    return sandbox.url


@pytest.fixture
def admin(db: None) -> User:
    """Who sets it up."""
    return factories.make_user("admin", language="en")


@pytest.fixture
def set_up(llm: str, admin: User) -> Callable[..., Server]:
    """Set the server up; without more it helps with everything."""

    def made(**more: Any) -> Server:
        given = {"address": f"{llm}/assist/v1", "model": MODEL, "key": None, "helps": Help.values}
        return servers.save(admin, **(given | more))

    return made


@pytest.fixture
def account(db: None) -> Account:
    """The brand's account."""
    return factories.make_account("x", name="Veldhuis Wonen", handle="VeldhuisNL")


@pytest.fixture
def agent(db: None) -> User:
    """Who reads Dutch."""
    return factories.make_user(first_name="Sanne", last_name="de Wit", language="nl")


@pytest.fixture
def message(account: Account) -> Message:
    """A message in English, with what should never leave."""
    row = factories.make_inbound(account, ENGLISH, author=factories.author("Noor Visser", handle="noorvisser"))
    Message.objects.filter(pk=row.pk).update(language="en")
    row.refresh_from_db()
    return row


@pytest.fixture
def conversation(message: Message) -> Conversation:
    """Where it was written."""
    assert message.conversation is not None
    return message.conversation


def asked(origin: str) -> list[str]:
    """Return what the model was asked about lately, the text alone."""
    told = requests.get(f"{origin}/control/assist", timeout=5).json()["asked"]
    return [str(one["messages"][1]["content"]) for one in told]


def fault(origin: str, name: str, seconds: float = 0.0) -> None:
    """Break the next answer."""
    body = {"fault": name, "mode": "next", "n": 1, "platform": "assist", "seconds": seconds}
    requests.post(f"{origin}/control/faults", json=body, timeout=5).raise_for_status()
