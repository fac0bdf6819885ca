"""Asking for a person's file, and taking it along."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox.access import contact_for, right_required
from inbox.http import AgentRequest
from inbox.models import PersonExport
from inbox.models.rights import Right
from inbox.privacy import exports, reads
from inbox.team.proof import proof_required, proof_to_send
from inbox.views.privacy.forms import ExportForm
from inbox.views.privacy.people import page_of


@require_POST
@right_required(Right.PRIVACY)
@proof_to_send
def ask(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Have a person's file made."""
    contact = contact_for(request, str(code))
    form = ExportForm(request.POST)
    if not form.is_valid():
        return page_of(request, contact, form=form, status=422)
    exports.ask(contact, request.user, **form.cleaned_data)
    messages.success(request, _("The file is being made. It stands here in a moment."))
    return redirect("privacy_person", code)


@require_safe
@right_required(Right.PRIVACY)
@proof_required
def fetch(request: AgentRequest, code: uuid.UUID) -> HttpResponseBase:
    """Hand a file over to whoever asked for it. Raises Http404 for anybody else's, and for one that is gone."""
    row = PersonExport.objects.filter(code=code, by=request.user).select_related("contact").first()
    if row is None or row.state != "ready" or not default_storage.exists(row.path):
        raise Http404
    exports.fetched(row, request.user)
    reads.exported(request.user, row.contact)
    answer = FileResponse(
        default_storage.open(row.path, "rb"), as_attachment=True, filename=f"webcare-{row.contact.code.hex[:8]}.zip"
    )
    answer["Cache-Control"] = "no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
