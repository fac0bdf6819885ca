"""The app of planned posts."""

from __future__ import annotations

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Posts of our own, planned for a moment."""

    name = "publishing"
