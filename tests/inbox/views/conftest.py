"""Three personas at the page: an agent, their lead, and somebody limited to other accounts."""

from __future__ import annotations

import pytest
from django.test import Client

from channels.models import Account
from inbox.models import Conversation, User
from tests import factories
from tests.support.pages import signed_in
from tests.support.world import World, make_world


@pytest.fixture
def account(db: None) -> Account:
    """The brand's X account."""
    return factories.make_account("x", name="Veldhuis Wonen", handle="VeldhuisNL")


@pytest.fixture
def agent(db: None) -> User:
    """An agent who may see everything."""
    return factories.make_user(first_name="Farah", last_name="Bensaïd", language="en")


@pytest.fixture
def lead(db: None) -> User:
    """A team lead."""
    return factories.make_user("lead", first_name="Sanne", last_name="Kuipers", language="en")


@pytest.fixture
def outsider(account: Account) -> User:
    """An agent who is limited to another account."""
    person = factories.make_user(first_name="Olaf", language="en")
    factories.limit(person, factories.make_account("x", handle="elders"))
    return person


@pytest.fixture
def conversation(account: Account) -> Conversation:
    """One open public conversation with one message."""
    message = factories.make_inbound(account, "Waar blijft mijn kast? @VeldhuisNL")
    assert message.conversation is not None
    return message.conversation


@pytest.fixture
def page(agent: User) -> Client:
    """A browser in which the agent is signed in."""
    return signed_in(agent)


@pytest.fixture
def world(db: None) -> World:
    """One of everything, in an account that the outsider may not see."""
    return make_world()
