"""What somebody signed in has to keep to before any page: from which networks, and with a second factor."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from inbox import sessions

_OPEN = ("/account/", "/inbox/session/")  # to make a second factor, and to sign out


class EntryRulesMiddleware:
    """Stops who is signed in and may not go on. The live stream asks the same (inbox/live/sse.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or say what is missing."""
        return self._stopped(request) or self.get_response(request)

    def _stopped(self, request: HttpRequest) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        obstacle = sessions.obstacle(request.user, request.session, request.META.get("REMOTE_ADDR", ""))
        if obstacle == "outside":
            return render(request, "account/outside.html", status=403)
        if not obstacle or request.path.startswith(_OPEN):
            return None
        return HttpResponse(status=401) if request.headers.get("HX-Request") else redirect("mfa_index")
