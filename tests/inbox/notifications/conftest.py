"""The personas of the pages."""

from __future__ import annotations

from tests.inbox.views.conftest import account, agent, conversation, lead, outsider, page

__all__ = ["account", "agent", "conversation", "lead", "outsider", "page"]
