"""Addresses of others that rules may tell: added with a secret, and put away."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from channels.secrets import CredentialsUnreadable
from inbox.access import right_required
from inbox.automation import webhooks
from inbox.automation.posting import may_be_told
from inbox.http import AgentRequest
from inbox.models import Webhook
from inbox.models.rights import Right
from inbox.team.proof import proof_required, proof_to_send

LONGEST = 500


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.WEBHOOKS)
@proof_required
def listed(request: AgentRequest) -> HttpResponse:
    """Every address in use, with its secret; and a new one."""
    name, url, wrong = "", "", ""
    if request.method == "POST":
        name = request.POST.get("name", "").replace("\x00", "").strip()[:60]
        url = request.POST.get("url", "").strip()
        wrong = _fault(name, url)
        if not wrong:
            webhooks.add(name, url, request.user)
            messages.success(request, _("Added. Give its secret to whoever receives."))
            return redirect("webhooks")
    rows = list(Webhook.objects.filter(archived_at=None).order_by("name", "pk"))
    for row in rows:
        row.secret = _secret_of(row)  # type: ignore[attr-defined]  # for the template
    context = {"rows": rows, "name": name, "url": url, "wrong": wrong, "section": "rules"}
    return render(request, "inbox/rules/webhooks.html", context)


@require_POST
@right_required(Right.WEBHOOKS)
@proof_to_send
def change(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Put an address away, or give it a new secret."""
    row = get_object_or_404(Webhook, code=code, archived_at=None)
    if request.POST.get("do") == "renew":
        webhooks.renew_secret(row, request.user)
        messages.success(request, _("There is a new secret. The old one signs nothing any more."))
    else:
        webhooks.remove(row, request.user)
        messages.success(request, _("Put away. Rules tell it nothing any more."))
    return redirect("webhooks")


def _fault(name: str, url: str) -> str:
    if not name:
        return _("Give the webhook a name.")
    if not may_be_told(url) or len(url) > LONGEST:
        return _("The address begins with https:// and a public host, and is at most 500 characters long.")
    return ""


def _secret_of(row: Webhook) -> str:
    try:
        return webhooks.secret_of(row)
    except CredentialsUnreadable:
        return ""
