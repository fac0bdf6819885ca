"""The app of the CRM."""

from __future__ import annotations

from django.apps import AppConfig


class CrmConfig(AppConfig):
    """One CRM, connected by an admin."""

    name = "crm"
