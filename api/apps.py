"""The app of the API and its webhooks."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Tokens, calls and what is told to others."""

    name = "api"
