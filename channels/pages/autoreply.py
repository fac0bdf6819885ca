"""The automatic message of an account: seen before it is saved, and saved."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels.pages.accounts import account_ctx, account_for
from channels.pages.autoreply_form import AutomaticForm
from channels.pages.forms import AccountSettingsForm
from channels.types import Route
from inbox.access import right_required
from inbox.models import Event
from inbox.models.rights import Right


@require_POST
@right_required(Right.ACCOUNTS)
def automatic(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Save what is said outside opening hours; with `preview`, show it as filled in and save nothing."""
    shown = account_for(code)
    if Route.PRIVATE_MESSAGE not in shown.capabilities.routes:
        raise Http404
    form = AutomaticForm(request.POST, instance=shown)
    if not form.is_valid() or "preview" in request.POST:
        fresh = account_for(code)  # what was filled in stands on the form's own
        ctx = account_ctx(fresh, form=AccountSettingsForm(instance=fresh), automatic=form)
        return render(request, "channels/account.html", ctx)
    form.save()
    Event.note("account_changed", actor=request.user, account=shown, fields=form.changed_data)
    messages.success(request, _("Saved."))
    return redirect("account", code=code)
