"""The app of the figures."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures, and what is kept for them."""

    name = "reports"
