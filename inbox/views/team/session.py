"""The session of an open page: going on after somebody signed in again elsewhere, and ending it."""

from __future__ import annotations

from allauth.account import views
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inbox.access import landing, signed_in_required
from inbox.http import AgentRequest


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to where somebody's work is."""
    return redirect(landing(request.user))


@never_cache
@require_safe
@signed_in_required
def token(request: AgentRequest) -> HttpResponse:
    """Return the token that forms carry now, and whose it is: signing in anew makes a new one."""
    return JsonResponse({"token": get_token(request), "person": str(request.user.code)})


def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session; the browser forgets what it kept for this person. allauth asks first where that is a GET."""
    response: HttpResponse = views.logout(request)
    return forgotten(response) if request.method == "POST" else response


def forgotten(response: HttpResponse) -> HttpResponse:
    """Let the browser forget what it keeps: static files, unsent words, and that it told somebody things."""
    response["Clear-Site-Data"] = '"storage"'
    response.delete_cookie(settings.PUSH_COOKIE_NAME)
    return response
