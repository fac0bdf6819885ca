"""The session of an open page: what it needs to go on after somebody signed in again elsewhere."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from inbox.access import agent_required
from inbox.http import AgentRequest


@never_cache
@require_safe
@agent_required
def token(request: AgentRequest) -> HttpResponse:
    """Return the token that forms carry now, and whose it is: signing in anew makes a new one."""
    return JsonResponse({"token": get_token(request), "person": str(request.user.code)})
