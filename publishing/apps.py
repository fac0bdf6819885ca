"""The app of planned posts."""

from __future__ import annotations

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Posts of our own, planned for a moment."""

    name = "publishing"

    def ready(self) -> None:
        """Take out of posts who is erased."""
        from inbox.privacy import elsewhere  # noqa: PLC0415
        from publishing import privacy  # noqa: PLC0415  models are there from now on

        elsewhere.register(elsewhere.Elsewhere(sweep=privacy.sweep))
