"""The app the team works in."""

from __future__ import annotations

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """Conversations, messages and people."""

    name = "inbox"
