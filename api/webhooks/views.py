"""Pages of the webhooks: endpoints, and what each was told."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from api.webhooks import endpoints
from api.webhooks.forms import EndpointForm
from api.webhooks.models import Endpoint, Telling
from channels.models import Account
from channels.secrets import CredentialsUnreadable
from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.models.rights import Right
from inbox.team.proof import proof_required, proof_to_send
from webcare.lib.cursor import cursor_of, cursor_values, rows_after

PAGE = 50
_ORDER = ("-at", "-id")


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.WEBHOOKS)
@proof_to_send
def listed(request: AgentRequest) -> HttpResponse:
    """Every endpoint of accounts one reads, and a new one."""
    form = EndpointForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        row = endpoints.add(url=form.cleaned_data["url"], by=request.user, **form.chosen)
        messages.success(request, _("Added. Give its secret to whoever receives."))
        return redirect("api_endpoint", row.code)
    rows = endpoints.within_reach_of(request.user)
    context = {"rows": rows, "form": form, "section": "api", "tab": "webhooks"}
    return render(request, "api/webhooks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.WEBHOOKS)
@proof_required
def endpoint(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """One endpoint: what it is told of, its secret, and what it was told, newest first."""
    row = _endpoint(request, code)
    chosen = Account.objects.filter(pk__in=row.accounts or ()).values_list("code", flat=True)
    now = {"name": row.name, "kinds": row.kinds, "with_words": row.with_words, "accounts": list(chosen)}
    form = EndpointForm(request.POST or None, by=request.user, initial=now, changes=True)
    if request.method == "POST" and form.is_valid():
        endpoints.change(row, request.user, **form.chosen)
        messages.success(request, _("Saved."))
        return redirect("api_endpoint", row.code)
    after = request.GET.get("after", "")
    shown = endpoints.tellings_shown_to(row, request.user)
    tellings, page_after = _told(shown, after)
    context = {
        "row": row, "form": form, "secret": _secret_of(row), "tellings": tellings, "page": {"after": page_after},
        "next": f"after={page_after}", "is_first": not after,
        "has_failed": shown.filter(state=Telling.State.FAILED).exists(), "section": "api", "tab": "webhooks",
    }  # fmt: skip
    return render(request, "api/endpoint.html", context)


@require_POST
@right_required(Right.WEBHOOKS)
@proof_to_send
def act(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Test it, switch it, give it a new secret, put it away, or tell it again what it was not told."""
    row, wanted = _endpoint(request, code), request.POST.get("do", "")
    match wanted:
        case "test":
            endpoints.test(row)
            messages.success(request, _("A test is on its way. What became of it stands below."))
        case "on" | "off":
            endpoints.switch(row, request.user, on=wanted == "on")
        case "renew":
            endpoints.renew_secret(row, request.user)
            messages.success(request, _("There is a new secret. The old one signs too for a day."))
        case "remove":
            endpoints.remove(row, request.user)
            messages.success(request, _("Put away. It is told nothing any more."))
            return redirect("api_endpoints")
        case "replay":
            _say_replayed(request, endpoints.replay(row, request.user))
        case _:
            raise Http404
    return redirect("api_endpoint", row.code)


@require_POST
@right_required(Right.WEBHOOKS)
def replay(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Tell one thing once more."""
    theirs = endpoints.within_reach_of(request.user).order_by().values("pk")
    telling = get_object_or_404(Telling.objects.select_related("endpoint"), code=code, endpoint__in=theirs)
    _say_replayed(request, endpoints.replay(telling.endpoint, request.user, telling))
    return redirect("api_endpoint", telling.endpoint.code)


def _endpoint(request: AgentRequest, code: uuid.UUID) -> Endpoint:
    return get_object_or_404(endpoints.within_reach_of(request.user), code=code)


def _told(shown: QuerySet[Telling], after: str) -> tuple[list[Telling], str]:
    rows = shown.select_related("conversation").order_by(*_ORDER)
    if place := cursor_values(after, _ORDER):
        rows = rows.filter(rows_after(_ORDER, place))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], cursor_of(found[PAGE - 1], _ORDER) if len(found) > PAGE else ""


def _say_replayed(request: AgentRequest, n: int) -> None:
    if n:
        words = ngettext("%(n)d is told once more.", "%(n)d are told once more.", n) % {"n": n}
        messages.success(request, words)
    else:
        messages.info(request, _("There was nothing to tell once more."))


def _secret_of(row: Endpoint) -> str:
    try:
        return next(endpoints.secrets_of(row))
    except CredentialsUnreadable:
        return ""
