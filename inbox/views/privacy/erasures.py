"""Erasing a person, and the receipt of it."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from inbox.access import contact_for, right_required
from inbox.http import AgentRequest
from inbox.models import Erasure
from inbox.models.rights import Right
from inbox.privacy import elsewhere, erasing, naming
from inbox.privacy.words import WAITS, counted
from inbox.team.proof import proof_to_send
from inbox.views.privacy.forms import EraseForm
from inbox.views.privacy.people import page_of


@require_POST
@right_required(Right.PRIVACY)
@proof_to_send
def erase(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Have a person erased, once it was typed that this is meant."""
    contact = contact_for(request, str(code))
    form = EraseForm(request.POST, contact=contact)
    if not form.is_valid():
        return page_of(request, contact, erase=form, status=422)
    row = erasing.ask(contact, request.user, form.reason)
    return redirect("receipt", row.code)


@require_safe
@right_required(Right.PRIVACY)
def receipt(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """What was erased, when, by whom and why. It names nobody."""
    row = Erasure.objects.filter(code=code).select_related("by").first()
    if row is None:
        raise Http404
    waits = WAITS.get(row.waits_for, "")
    context = {
        "row": row, "lines": counted(row), "waits": waits, "elsewhere": elsewhere.notes(),
        "named": naming.still(row), "section": "privacy",
    }  # fmt: skip
    return render(request, "inbox/privacy/receipt.html", context)
