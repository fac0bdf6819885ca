"""An account's question of how satisfied customers are: saved."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from channels.pages.accounts import account_ctx, account_for
from channels.pages.forms import AccountSettingsForm
from channels.pages.survey_form import form_for
from inbox.access import right_required
from inbox.models import Event
from inbox.models.rights import Right


@require_POST
@right_required(Right.ACCOUNTS)
def survey(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Save whether and how customers of this account are asked."""
    shown = account_for(code)
    form = form_for(shown, request.POST)
    if form is None:
        raise Http404
    if not form.is_valid():
        ctx = account_ctx(shown, form=AccountSettingsForm(instance=shown), survey=form)
        return render(request, "channels/account.html", ctx)
    form.save()
    Event.note("account_changed", actor=request.user, account=shown, fields=form.changed_data)
    messages.success(request, _("Saved."))
    return redirect(f"{reverse('account', args=[code])}#survey")
