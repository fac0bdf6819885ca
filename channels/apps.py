"""The app that knows the platforms."""

from __future__ import annotations

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Accounts, streams and deliveries."""

    name = "channels"
