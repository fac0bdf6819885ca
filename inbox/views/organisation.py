"""What holds for everybody here: the organisation's name, how customers are addressed, who looks twice."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from inbox import organising
from inbox.access import admin_required
from inbox.http import AgentRequest
from inbox.models import Organisation
from inbox.organisation_form import OrganisationForm


@admin_required
def organisation(request: AgentRequest) -> HttpResponse:
    """The organisation's settings. POST saves them."""
    form = OrganisationForm(request.POST or None, instance=Organisation.current())
    if request.method == "POST" and form.is_valid():
        organising.change(request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("organisation")
    return render(request, "inbox/settings/organisation.html", {"form": form, "section": "organisation"})
