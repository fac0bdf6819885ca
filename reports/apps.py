"""The app of the figures."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures, and what is kept for them."""

    name = "reports"

    def ready(self) -> None:
        """Forget who is erased."""
        from inbox.privacy import elsewhere  # noqa: PLC0415
        from reports.mailed import privacy as mailed  # noqa: PLC0415
        from reports.positions import privacy  # noqa: PLC0415  models are there from now on

        elsewhere.register(elsewhere.Elsewhere(forget=privacy.forget, sweep=privacy.sweep, texts=(mailed.TITLES,)))
