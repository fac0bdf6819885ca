"""The app of monitoring."""

from __future__ import annotations

from django.apps import AppConfig


class MonitoringConfig(AppConfig):
    """Saved queries, feeds, and what they find."""

    name = "monitoring"
