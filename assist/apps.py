"""The app of the assistant."""

from __future__ import annotations

from django.apps import AppConfig


class AssistConfig(AppConfig):
    """One server, set up by an admin."""

    name = "assist"

    def ready(self) -> None:
        """Have a part below messages and in the composer, and a word where people are erased."""
        from assist.drafting.offer import offer as offer_drafts  # noqa: PLC0415
        from assist.translating import privacy  # noqa: PLC0415  models are there from now on
        from assist.translating.offer import offer  # noqa: PLC0415
        from inbox.composer import helps  # noqa: PLC0415
        from inbox.privacy import elsewhere  # noqa: PLC0415
        from inbox.thread import translations  # noqa: PLC0415

        translations.register(offer)
        helps.register(offer_drafts)
        elsewhere.register(elsewhere.Elsewhere(privacy.note, privacy.passed_on, made=privacy.made))
