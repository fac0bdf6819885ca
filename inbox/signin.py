"""Signing in: nobody makes their own account, and the demo's people exist in the demo only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from inbox.http import is_own_page

if TYPE_CHECKING:
    from inbox.models import User


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing up is closed; signing in, passwords and rate limits are allauth's."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are added in the people page."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Return whether `next` is a path of ours; anything else leads to the inbox."""
        return is_own_page(url)

    def pre_login(self, request: HttpRequest, user: User, **how: Any) -> HttpResponse | None:
        """Stop who may not be signed in, whatever way they came: allauth itself looks at `is_active` only."""
        if _is_out_of_place(user):
            stopped: HttpResponse = self.respond_user_inactive(request, user)
            return stopped
        answer: HttpResponse | None = super().pre_login(request, user, **how)
        return answer


class PeopleBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth's backend with one more reason to refuse, asked again at every request of a session."""

    def user_can_authenticate(self, user: User) -> bool:
        """Return whether this person may be signed in: active, and no demo person outside demo mode."""
        return not _is_out_of_place(user) and bool(super().user_can_authenticate(user))


def _is_out_of_place(user: User) -> bool:
    return user.is_demo and not settings.DEMO
