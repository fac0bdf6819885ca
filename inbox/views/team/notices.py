"""The notice board, and one's own notifications."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.access import agent_required, conversation_for, lead_required, number_in
from inbox.http import AgentRequest, is_own_page
from inbox.models import Notice, Notification
from inbox.notifications import mentions, notices
from inbox.views import page
from inbox.views.forms import NoticeForm


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def board(request: AgentRequest) -> HttpResponse:
    """Everything on the board; leads put something on it."""
    form = NoticeForm(request.POST or None)
    if request.method == "POST":
        return _post(request, form)
    return render(
        request, "inbox/settings/notices.html", {"form": form, "notices": notices.board(), "section": "notices"}
    )


@require_POST
@lead_required
def end(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Take a notice down."""
    notices.end(get_object_or_404(Notice, code=code), request.user)
    return redirect("notices")


@require_POST
@agent_required
def read(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """I have read it: it leaves my page and stays on others'."""
    notices.mark_read(get_object_or_404(Notice, code=code), request.user)
    if request.htmx:
        return HttpResponse("")
    back = request.POST.get("next", "")
    return redirect(back if is_own_page(back) else "inbox")


@require_safe
@agent_required
def notifications(request: AgentRequest) -> HttpResponse:
    """What waits for me; for the script that shows it outside the page, only what is newer than `?after=`."""
    waiting = mentions.unsettled_of(request.user)
    after = request.GET.get("after", "")
    if after.isdecimal():
        return render(request, "inbox/_alerts.html", {"waiting": waiting.filter(pk__gt=number_in(after))[:5]})
    return render(request, "inbox/notifications.html", {"waiting": waiting[:100], "section": "notifications"})


@require_POST
@agent_required
def settle(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """I have seen why I was named here."""
    conversation = conversation_for(request, code)
    mentions.settle(conversation, request.user)
    return redirect("notifications") if "list" in request.POST else page.updated_thread(request, code)


@require_POST
@agent_required
def settle_all(request: AgentRequest) -> HttpResponse:
    """Everything on my list is dealt with."""
    for waiting in Notification.objects.filter(user=request.user, read_at=None).select_related("conversation"):
        mentions.settle(waiting.conversation, request.user)
    return redirect("notifications")


def _post(request: AgentRequest, form: NoticeForm) -> HttpResponse:
    if not request.user.is_lead:
        return render(request, "403.html", status=403)
    if not form.is_valid():
        return render(
            request, "inbox/settings/notices.html", {"form": form, "notices": notices.board(), "section": "notices"}
        )
    data = form.cleaned_data
    notices.post(request.user, kind=data["kind"], text=data["text"], until=data["expires_at"])
    messages.success(request, _("Everybody sees it above their inbox now."))
    return redirect("notices")
