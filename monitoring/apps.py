"""The app of monitoring."""

from __future__ import annotations

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Saved queries, feeds, and what they find."""

    name = "monitoring"

    def ready(self) -> None:
        """Be asked where somebody asks what is held of them, or is erased."""
        from inbox.privacy import elsewhere  # noqa: PLC0415
        from monitoring.hits import privacy  # noqa: PLC0415  models are there from now on
        from monitoring.queries import privacy as searches  # noqa: PLC0415

        elsewhere.register(elsewhere.Elsewhere(found=privacy.found, forget=privacy.forget, texts=(searches.QUERIES,)))
