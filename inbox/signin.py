"""Nobody makes their own account: an admin does."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing up is closed; signing in, passwords and rate limits are allauth's."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are added in the people page."""
        return False
