"""Codes of the second step work once. allauth remembers a used one for shorter than it is valid."""

from __future__ import annotations

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

# A code is right in its own half minute, and in so many before and after it.
WINDOW = 30 * (2 * settings.MFA_TOTP_TOLERANCE + 1)


class _Once:
    """Refuses a code that was used within the time it is valid."""

    def clean_code(self) -> str:
        """Return the code. Raises ValidationError for a wrong or used one."""
        code: str = super().clean_code()  # type: ignore[misc]  # of the form beside it
        person = self.user.pk  # type: ignore[attr-defined]  # as above
        used = salted_hmac("inbox.team.second_factor", f"{person} {code}", algorithm="sha256").hexdigest()
        if not cache.add(f"webcare:code:{used}", 1, timeout=WINDOW):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_Once, forms.AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The code at signing in."""


class ReauthenticateForm(_Once, forms.ReauthenticateForm):  # type: ignore[misc]  # as above
    """The code before something that matters."""
