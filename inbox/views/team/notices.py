"""The notice board."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inbox.access import agent_required, right_required
from inbox.http import AgentRequest, is_own_page
from inbox.models import Notice
from inbox.models.rights import Right
from inbox.notifications import notices
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
@right_required(Right.INCIDENTS)
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


def _post(request: AgentRequest, form: NoticeForm) -> HttpResponse:
    if not request.user.has(Right.INCIDENTS):
        return render(request, "403.html", status=403)
    if not form.is_valid():
        return render(
            request, "inbox/settings/notices.html", {"form": form, "notices": notices.board(), "section": "notices"}
        )
    data = form.cleaned_data
    notices.post(request.user, kind=data["kind"], text=data["text"], until=data["expires_at"])
    messages.success(request, _("Everybody sees it above their inbox now."))
    return redirect("notices")
