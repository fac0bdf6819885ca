"""The assistant's page for admins: which server, with what it helps, and whether it answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assist import reasons
from assist.server import servers
from assist.server.forms import ServerForm
from inbox.access import admin_required
from inbox.http import AgentRequest
from inbox.team.proof import proof_to_send


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
@proof_to_send
def assist(request: AgentRequest) -> HttpResponse:
    """The server and what it helps with."""
    row = servers.current()
    form = ServerForm(request.POST or None, server=row, initial=ServerForm.initial_of(row))
    if request.method == "POST" and form.is_valid():
        servers.save(request.user, **form.chosen)
        messages.success(request, _("Saved."))
        return redirect("assist")
    return render(request, "assist/assist.html", {"row": row, "form": form, "section": "assist"})


@require_POST
@admin_required
@proof_to_send
def act(request: AgentRequest) -> HttpResponse:
    """Test the server, or forget it."""
    row = servers.current()
    if row is None:
        raise Http404
    match request.POST.get("do", ""):
        case "test":
            error = servers.test(row)
            if error is None:
                messages.success(request, _("It works: the server answers."))
            else:
                said = f" ({error.detail})" if error.detail else ""
                why = {"why": reasons.words(error.reason)}
                messages.error(request, _("It does not work: %(why)s.") % why + said)
        case "forget":
            servers.forget(request.user)
            messages.success(request, _("Forgotten, with its key. Nothing leaves any more."))
        case _:
            raise Http404
    return redirect("assist")
