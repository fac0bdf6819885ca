"""One's own notifications."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from inbox.access import agent_required, conversation_for, number_in
from inbox.http import AgentRequest
from inbox.notifications import lines, together, unread
from inbox.views import page


@require_safe
@agent_required
def notifications(request: AgentRequest) -> HttpResponse:
    """What waits for me, or everything I was told; for the script that shows it, only what is newer than `?after=`."""
    after = request.GET.get("after", "")
    if after.isdecimal():
        seen = number_in(after)
        newer = lines.newer_than(request.user, seen)
        # What is written after this look is not in it: the next question has to start before that.
        newest = max((line.row.pk for line in newer), default=seen)
        return render(request, "inbox/notifications/_alerts.html", {"lines": newer, "newest": newest})
    of_all, older = "all" in request.GET, request.GET.get("older", "")
    context = {
        "page": lines.page_of(request.user, of_all=of_all, older=older),
        "of_all": of_all,
        "is_first": not older,
        "section": "notifications",
    }
    return render(request, "inbox/notifications/notifications.html", context)


@require_POST
@agent_required
def settle(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """I have seen why I was named here."""
    conversation = conversation_for(request, code)
    unread.settle(conversation, request.user)
    return redirect("notifications") if "list" in request.POST else page.updated_thread(request, code)


@require_POST
@agent_required
def settle_one(request: AgentRequest, pk: int) -> HttpResponse:
    """I have dealt with this one."""
    if not unread.settle_one(request.user, pk):
        raise Http404
    return redirect("notifications")


@require_POST
@agent_required
def settle_kind(request: AgentRequest, kind: str) -> HttpResponse:
    """I have seen how many customers wait."""
    if kind not in together.KINDS:
        raise Http404
    together.settle(request.user, kind)
    return redirect("notifications")


@require_POST
@agent_required
def settle_all(request: AgentRequest) -> HttpResponse:
    """Everything on my list is dealt with."""
    unread.settle_all(request.user)
    return redirect("notifications")
