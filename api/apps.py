"""The app of the API and its webhooks."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Tokens, calls and what is told to others."""

    name = "api"

    def ready(self) -> None:
        """Take tokens back from who leaves, and say where people ask whom webhooks told of them."""
        from api.tokens import issuing  # noqa: PLC0415  models are there from now on
        from api.webhooks import privacy  # noqa: PLC0415
        from inbox.privacy import elsewhere  # noqa: PLC0415
        from inbox.team import members  # noqa: PLC0415

        members.when_leaving(issuing.revoke_all)
        elsewhere.register(elsewhere.Elsewhere(privacy.note, privacy.passed_on, texts=(privacy.ENDPOINTS,)))
