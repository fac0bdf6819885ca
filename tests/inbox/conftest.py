"""Fixtures for the inbox's own tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from channels.platforms import PLATFORMS, Platform, connector_class
from tests.support.fake_platform import FakeConnector
from tests.support.opening_hours import shut


@pytest.fixture
def fake_platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeConnector]]:
    """The platform "fake": accounts of it send into FakeConnector.sent."""
    monkeypatch.setitem(PLATFORMS, "fake", Platform("Fake", "tests.support.fake_platform.FakeConnector"))
    FakeConnector.reset()
    yield FakeConnector
    connector_class.cache_clear()


@pytest.fixture
def closed_office(db: None) -> None:
    """It is outside opening hours."""
    shut()
