"""Fixtures for tests about promises."""

from __future__ import annotations

import pytest

from inbox.models import User
from tests.factories import make_user


@pytest.fixture
def agent(db: None) -> User:
    """Somebody who answers."""
    return make_user()
