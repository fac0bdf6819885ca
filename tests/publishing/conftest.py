"""A brand that publishes, and who writes for it."""

from __future__ import annotations

import pytest

from channels.models import Account
from inbox.models import Organisation, User
from tests.factories import make_account, make_user


@pytest.fixture
def brand() -> Account:
    """An account that may publish, in an organisation where a second person looks at posts."""
    Organisation.objects.create(approves_posts=True)
    return make_account("x", handle="veldhuis", mode="publish")


@pytest.fixture
def sanne() -> User:
    """Who writes."""
    return make_user(first_name="Sanne", language="en")
