"""The app that knows the platforms."""

from __future__ import annotations

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """Accounts, streams and deliveries."""

    name = "channels"

    def ready(self) -> None:
        """Load the Celery application in every process: without it a task handed over would look for another broker.

        The composer is told whom an answer in a chat reaches.
        """
        import webcare.celery  # noqa: F401, PLC0415  settings are complete only now
        from channels.intake import chat_reach  # noqa: PLC0415  models are there from now on

        chat_reach.register()
