"""The app of the figures."""

from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Figures. It has no tables of its own."""

    name = "reports"
