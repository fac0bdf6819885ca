"""The browser's fixtures, with a clock that stands still."""

from __future__ import annotations

from tests.browser.conftest import account, agent, server, site, visit

__all__ = ["account", "agent", "server", "site", "visit"]
