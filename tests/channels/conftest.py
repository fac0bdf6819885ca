"""What the tests of the platforms share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pytest_django import Settings

from channels.models import Account
from tests.support.sandbox_accounts import connect

if TYPE_CHECKING:
    from sandbox.testing import Running


@pytest.fixture
def platforms(sandbox: Running, settings: Settings) -> Running:
    """The sandbox, with the settings of all platforms pointing to it."""
    settings.X_API_BASE = settings.X_UPLOAD_BASE = settings.GRAPH_API_BASE = settings.MEDIA_SANDBOX = sandbox.url
    settings.X_LOGIN_BASE = settings.X_OAUTH1_LOGIN_BASE = settings.META_LOGIN_BASE = sandbox.url
    settings.MICROSOFT_LOGIN_BASE = settings.MICROSOFT_TOKEN_BASE = sandbox.url
    settings.YOUTUBE_API_BASE = settings.GOOGLE_TOKEN_BASE = settings.GOOGLE_LOGIN_BASE = sandbox.url
    return sandbox


@pytest.fixture
def brand(platforms: Running, db: None) -> Account:
    """The brand's X account, connected."""
    return connect(platforms, "x")
