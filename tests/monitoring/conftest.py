"""What the tests of monitoring share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from pytest_django import Settings

from inbox.models import User
from tests import factories
from tests.support.pages import signed_in

if TYPE_CHECKING:
    from sandbox.testing import Running


@pytest.fixture
def web(sandbox: Running, settings: Settings) -> Running:
    """The sandbox, with its sites to read and X to search."""
    settings.X_API_BASE = settings.X_UPLOAD_BASE = settings.GRAPH_API_BASE = settings.MEDIA_SANDBOX = sandbox.url
    return sandbox


@pytest.fixture
def lead(db: None) -> User:
    return factories.make_user("lead", language="en")


@pytest.fixture
def page(lead: User) -> Client:
    return signed_in(lead)
