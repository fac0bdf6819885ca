"""Pages of the CRM for admins: which one, whether it works, what it is told, and the ledger of that."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from crm import reasons
from crm.connecting import connections
from crm.connecting.forms import FORMS, ChoicesForm
from crm.connecting.models import Connection
from crm.writing import sending
from crm.writing.models import Write
from inbox.access import admin_required
from inbox.http import AgentRequest
from inbox.team.proof import proof_to_send
from webcare.lib.cursor import cursor_of, cursor_values, rows_after

PAGE = 50
_ORDER = ("-at", "-id")


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def crm(request: AgentRequest) -> HttpResponse:
    """The connected CRM, what it is told, and what it was written; or the ways to connect one."""
    row = connections.current()
    if row is None:
        return render(request, "crm/connect_none.html", {"brands": Connection.Brand.choices, "section": "crm"})
    form = ChoicesForm(request.POST or None, initial=ChoicesForm.initial_of(row))
    if request.method == "POST" and form.is_valid():
        connections.change(row, request.user, **form.chosen)
        messages.success(request, _("Saved."))
        return redirect("crm")
    after, only = request.GET.get("after", ""), request.GET.get("only", "")
    writes, page_after = _ledger(row, after, only)
    narrowed = f"only={Write.State.FAILED}" if only == Write.State.FAILED else ""
    context = {
        "row": row, "form": form, "writes": writes, "page": {"after": page_after}, "is_first": not after,
        "next": "&".join(part for part in (narrowed, f"after={page_after}") if part), "address": narrowed,
        "only_failed": bool(narrowed), "failed": row.ledger.filter(state=Write.State.FAILED).count(),
        "section": "crm",
    }  # fmt: skip
    return render(request, "crm/crm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
@proof_to_send
def connect(request: AgentRequest, brand: str) -> HttpResponse:
    """Fill in how it is reached. A secret of ours stands on the page that answers the form, and nowhere else."""
    if brand not in FORMS:
        raise Http404
    form, now = FORMS[brand](request.POST or None), connections.current()
    context = {"form": form, "brand": Connection.Brand(brand), "now": now, "section": "crm"}
    if request.method != "POST" or not form.is_valid():
        return render(request, "crm/connect.html", context)
    credentials = form.credentials
    row = connections.connect(brand, form.shown_host, credentials, request.user)
    _say_tested(request, row)
    if secret := credentials.get("secret", "") if brand == Connection.Brand.WEBHOOK else "":
        return render(request, "crm/secret.html", {"secret": secret, "row": row, "section": "crm"})
    return redirect("crm")


@require_POST
@admin_required
@proof_to_send
def act(request: AgentRequest) -> HttpResponse:
    """Test it, switch it, disconnect it, or send once more what failed."""
    row = connections.current()
    if row is None:
        raise Http404
    match request.POST.get("do", ""):
        case "test":
            _say_tested(request, row)
        case "on" | "off" as wanted:
            connections.switch(row, request.user, on=wanted == "on")
        case "disconnect":
            connections.disconnect(row, request.user)
            messages.success(request, _("Disconnected. What was written there stays there."))
        case "resend":
            _say_resent(request, sending.resend(row, request.user))
        case _:
            raise Http404
    return redirect("crm")


@require_POST
@admin_required
def resend(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Send one thing once more."""
    row = get_object_or_404(Write.objects.select_related("connection"), code=code, connection__removed_at=None)
    _say_resent(request, sending.resend(row.connection, request.user, row))
    return redirect("crm")


def _ledger(row: Connection, after: str, only: str) -> tuple[list[Write], str]:
    rows = row.ledger.select_related("conversation__identity").order_by(*_ORDER)
    if only == Write.State.FAILED:
        rows = rows.filter(state=Write.State.FAILED)
    if place := cursor_values(after, _ORDER):
        rows = rows.filter(rows_after(_ORDER, place))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], cursor_of(found[PAGE - 1], _ORDER) if len(found) > PAGE else ""


def _say_tested(request: AgentRequest, row: Connection) -> None:
    error = connections.test(row)
    if error is None:
        messages.success(request, _("It works: the CRM answers, and lets us in."))
        return
    said = f" ({error.detail})" if error.detail else ""
    messages.error(request, _("It does not work: %(why)s.") % {"why": reasons.words(error.reason)} + said)


def _say_resent(request: AgentRequest, n: int) -> None:
    if n:
        words = ngettext("%(n)d is written once more.", "%(n)d are written once more.", n) % {"n": n}
        messages.success(request, words)
    else:
        messages.info(request, _("There was nothing to write once more."))
