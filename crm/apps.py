"""The app of the CRM."""

from __future__ import annotations

from django.apps import AppConfig


class CrmConfig(AppConfig):
    """One CRM, connected by an admin."""

    name = "crm"

    def ready(self) -> None:
        """Have a part in the contact's panel, and a word where people are erased."""
        from crm.panel.offer import offer  # noqa: PLC0415  models are there from now on
        from crm.people import privacy  # noqa: PLC0415
        from inbox.contacts import panels  # noqa: PLC0415
        from inbox.privacy import elsewhere  # noqa: PLC0415

        panels.register(offer)
        elsewhere.register(elsewhere.Elsewhere(privacy.note, privacy.passed_on))
