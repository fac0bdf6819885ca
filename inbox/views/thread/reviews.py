"""Looking back at answers: a lead's word on one, and all of them with what they add up to."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from inbox.access import agent_required, message_for, right_required
from inbox.http import AgentRequest
from inbox.lists.search import address_of
from inbox.models import Message
from inbox.models.rights import Right
from inbox.thread import reviews
from inbox.views import page as views_page


@require_POST
@agent_required
def review(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Say how accommodating a colleague's answer was, or change what one said before."""
    message = _answer_for(request, code)
    try:
        reviews.review(message, request.user, request.POST.get("verdict", ""), request.POST.get("remark", ""))
    except ValueError:
        raise Http404 from None
    return views_page.updated_thread(request, views_page.page_of(request, message))


@require_safe
@right_required(Right.QUALITY)
def reviewed(request: AgentRequest) -> HttpResponse:
    """The reviewed answers, newest first, below what they add up to for each author."""
    after = request.GET.get("after", "")
    page = reviews.page_of(request.user, after=after)
    context = {
        "lines": [(row, address_of(row.message)) for row in page.rows],
        "after": page.after,
        "shares": [] if after else reviews.shares(request.user),
        "is_first": not after,
        "days": reviews.SUMMED.days,
        "section": "writing",
        "tab": "reviews",
    }
    return render(request, "inbox/settings/reviews.html", context)


def _answer_for(request: AgentRequest, code: uuid.UUID) -> Message:
    """Return a message for a lead who sees it: 404 for who does not, 403 for other colleagues."""
    message = message_for(request, code, write=True)
    if not request.user.has(Right.QUALITY):
        raise PermissionDenied
    return message
