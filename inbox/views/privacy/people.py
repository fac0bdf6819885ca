"""Whom a request is about: found by name, handle or number, with what is held of them."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from inbox.access import contact_for, right_required
from inbox.http import AgentRequest
from inbox.models import Contact, Erasure, PersonExport
from inbox.models.rights import Right
from inbox.privacy import elsewhere, naming, reads
from inbox.privacy.erasing import called
from inbox.privacy.find import matching, seen_by
from inbox.privacy.person import Person, notes_about, tallies_of
from inbox.views.privacy.forms import EraseForm, ExportForm

SHOWN = 25


@require_safe
@right_required(Right.PRIVACY)
def find(request: AgentRequest) -> HttpResponse:
    """Find a person, and see what was asked for lately."""
    query = request.GET.get("q", "").strip()[:200]
    asked = PersonExport.objects.select_related("contact", "by").prefetch_related("contact__identities")
    asked = asked.filter(contact__in=seen_by(request.user)).order_by("-at", "-pk")[:SHOWN]
    erased = Erasure.objects.select_related("by").order_by("-at", "-pk")[:SHOWN]
    context = {
        "query": query,
        "found": matching(query, request.user) if query else (),
        "asked": asked,
        "erased": erased,
        "section": "privacy",
    }
    return render(request, "inbox/privacy/find.html", context)


@require_safe
@right_required(Right.PRIVACY)
def person(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """What is held of somebody, and what can be done with it."""
    contact = contact_for(request, str(code))
    reads.looked(request.user, contact)
    return page_of(request, contact)


def page_of(
    request: AgentRequest,
    contact: Contact,
    *,
    form: ExportForm | None = None,
    erase: EraseForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return a person's page, with a form as it was sent; of who is erased, the receipt."""
    erasure = Erasure.objects.filter(contact=contact).first()
    if erasure is not None:
        return redirect("receipt", erasure.code)
    who = Person(contact)
    tallies = tallies_of(who)
    context = {
        "contact": contact,
        "title": contact.title,
        "identities": who.identities,
        "initials": who.identities[0].initials if who.identities else "?",
        "tallies": tallies,
        "total": sum(line.n for line in tallies),
        "notes": notes_about(who),
        "elsewhere": elsewhere.notes(),
        "named": naming.naming(called(who)),
        # Rules and queries are of accounts and teams too: their words are for who reads all of those.
        "says_words": request.user.reads_all_accounts and not request.user.closed_teams,
        "form": form or ExportForm(initial={"language": request.user.language}),
        "erase": erase or EraseForm(contact=contact),
        "asked": PersonExport.objects.filter(contact=contact).select_related("by").order_by("-at", "-pk")[:SHOWN],
        "section": "privacy",
    }
    return render(request, "inbox/privacy/person.html", context, status=status)
