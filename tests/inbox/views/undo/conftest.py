"""Who waits, a colleague, a team and a label to sort by."""

from __future__ import annotations

import pytest

from channels.models import Account
from inbox.models import Conversation, Label, Team, User
from tests import factories


@pytest.fixture
def noa(account: Account) -> Conversation:
    """Somebody who waits."""
    message = factories.make_inbound(account, "Waar blijft mijn bank?", author=factories.author("Noa Bakker"))
    assert message.conversation is not None
    return message.conversation


@pytest.fixture
def team(agent: User) -> Team:
    """A team the agent is in."""
    team = Team.objects.create(name="Bezorging")
    team.members.add(agent)
    return team


@pytest.fixture
def label() -> Label:
    """A label that makes complaints."""
    return Label.objects.create(name="Klacht", is_complaint=True)


@pytest.fixture
def joost() -> User:
    """A colleague."""
    return factories.make_user(first_name="Joost", last_name="Willems")
