"""How I want to be told."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.models import NotificationChoice
from inbox.notifications import mail
from inbox.views.notifications.forms import WAYS, NotificationChoiceForm


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def choice(request: AgentRequest) -> HttpResponse:
    """What I am told by which way, and my quiet hours."""
    mine = NotificationChoice.objects.filter(user=request.user).first() or NotificationChoice(user=request.user)
    form = NotificationChoiceForm(request.POST or None, instance=mine)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("notification_choice")
    context = {"form": form, "ways": WAYS.values(), "can_mail": mail.can_mail(), "section": "preferences"}
    return render(request, "inbox/notifications/choice.html", context)
