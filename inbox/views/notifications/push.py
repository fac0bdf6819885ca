"""The browsers that tell me outside a page of Webcare."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.notifications.push import subscriptions


@require_POST
@agent_required
def subscribe(request: AgentRequest) -> HttpResponse:
    """Let this browser tell me; its service's address and keys come from the browser itself."""
    response = redirect("notification_choice")
    endpoint, p256dh, auth = (request.POST.get(name, "") for name in ("endpoint", "p256dh", "auth"))
    try:
        made = subscriptions.add(
            request.user, endpoint=endpoint, p256dh=p256dh, auth=auth, agent=request.headers.get("User-Agent", "")
        )
    except ValueError:
        messages.error(request, _("This browser's push service is not one Webcare can reach."))
        return response
    messages.success(request, _("This browser tells you from now on."))
    response.set_cookie(
        settings.PUSH_COOKIE_NAME,
        str(made.code),
        max_age=subscriptions.COOKIE_AGE,
        secure=settings.SECURE_SSL,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_POST
@agent_required
def unsubscribe(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Let one of my browsers tell nothing any more."""
    if not subscriptions.remove(request.user, code):
        raise Http404
    messages.success(request, _("That browser tells you nothing any more."))
    return redirect("notification_choice")
