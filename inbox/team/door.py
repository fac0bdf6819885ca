"""What somebody signed in has to keep to before any page: from which networks, and with a second factor."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from inbox.team import networks, second_factor

_OPEN = ("/account/", "/inbox/session/")  # to make a second factor, and to sign out


class DoorMiddleware:
    """Stops who is signed in and may not go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or say what is missing."""
        return self._stopped(request) or self.get_response(request)

    def _stopped(self, request: HttpRequest) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated:
            return None
        if is_outside(request, getattr(user, "networks", None) or []):
            return render(request, "account/outside.html", status=403)
        if not user.second_factor_due or request.path.startswith(_OPEN):
            return None
        if second_factor.came_by_single_sign_on(request):
            return None
        return HttpResponse(status=401) if request.headers.get("HX-Request") else redirect("mfa_index")


def is_outside(request: HttpRequest, allowed: list[str]) -> bool:
    """Whether a request comes from elsewhere than the organisation allows."""
    return not networks.is_inside(request.META.get("REMOTE_ADDR", ""), allowed)
