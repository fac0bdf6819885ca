"""Whom a request is about: found by name, handle or number, with what is held of them."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.access import privacy_required
from inbox.http import AgentRequest
from inbox.models import Contact, PersonExport
from inbox.privacy.find import contact_of, matching
from inbox.privacy.person import Person, notes_about, tallies_of
from inbox.views.privacy.forms import ExportForm

SHOWN = 25


@require_safe
@privacy_required
def find(request: AgentRequest) -> HttpResponse:
    """Find a person, and see what was asked for lately."""
    query = request.GET.get("q", "").strip()[:200]
    asked = PersonExport.objects.select_related("contact", "by").order_by("-at", "-pk")[:SHOWN]
    context = {"query": query, "found": matching(query) if query else (), "asked": asked, "section": "privacy"}
    return render(request, "inbox/privacy/find.html", context)


@require_safe
@privacy_required
def person(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """What is held of somebody, and what can be done with it."""
    return page_of(request, contact_or_404(code))


def contact_or_404(code: uuid.UUID) -> Contact:
    """Return a contact. Raises Http404."""
    found = contact_of(str(code))
    if found is None:
        raise Http404
    return found


def page_of(
    request: AgentRequest, contact: Contact, *, form: ExportForm | None = None, status: int = 200
) -> HttpResponse:
    """Return a person's page, with a form as it was sent."""
    who = Person(contact)
    tallies = tallies_of(who)
    context = {
        "contact": contact,
        "identities": who.identities,
        "initials": who.identities[0].initials if who.identities else "?",
        "tallies": tallies,
        "total": sum(line.n for line in tallies),
        "notes": notes_about(who),
        "form": form or ExportForm(initial={"language": request.user.language}),
        "asked": PersonExport.objects.filter(contact=contact).select_related("by").order_by("-at", "-pk")[:SHOWN],
        "section": "privacy",
    }
    return render(request, "inbox/privacy/person.html", context, status=status)
