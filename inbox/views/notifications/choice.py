"""How I want to be told."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.notifications import mail
from inbox.notifications.push import keys, subscriptions
from inbox.notifications.timing import choice_of
from inbox.views.notifications.forms import WAYS, NotificationChoiceForm


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def choice(request: AgentRequest) -> HttpResponse:
    """What I am told by which way, and my quiet hours."""
    form = NotificationChoiceForm(request.POST or None, instance=choice_of(request.user))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("notification_choice")
    browsers, this_browser = list(subscriptions.of(request.user)), subscriptions.code_of(request)
    context = {
        "form": form,
        "ways": WAYS.values(),
        "can_mail": mail.can_mail(),
        "browsers": browsers,
        "this_browser": this_browser,
        "is_here": any(str(row.code) == this_browser for row in browsers),
        "push_key": keys.current().public,
        "section": "preferences",
    }
    return render(request, "inbox/notifications/choice.html", context)
