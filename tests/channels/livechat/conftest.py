"""Every test of the chat begins with nobody counted: all its visitors come from one network."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nobody_asked_yet(servers: None) -> None:
    cache.clear()
