"""Pages of the tokens: made, shown once, revoked."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from api.tokens import issuing
from api.tokens.forms import TokenForm
from channels.models import Account
from channels.platforms import platform_title
from inbox.access import agent_required, makes_tokens, tokens_required
from inbox.http import AgentRequest
from inbox.team.proof import proof_to_send


@require_http_methods(["GET", "HEAD", "POST"])
@tokens_required
@proof_to_send
def tokens(request: AgentRequest) -> HttpResponse:
    """Every token one may see, and a new one. Its key stands on the page that answers the form, and nowhere else."""
    form = TokenForm(request.POST or None, by=request.user)
    made, key = None, ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made, key = issuing.issue(
            data["name"], data["person"], request.user, scopes=data["scopes"], days=data["days"],
            accounts=[account.pk for account in data["accounts"]] or None,
        )  # fmt: skip
        form = TokenForm(by=request.user)
    rows = list(issuing.visible_to(request.user))
    asleep = issuing.asleep(rows)
    known = Account.objects.values_list("pk", "name", "platform")
    names = {pk: f"{name} ({platform_title(platform)})" for pk, name, platform in known}
    for row in rows:
        row.account_names = [names[pk] for pk in row.accounts or () if pk in names]  # type: ignore[attr-defined]
    context = {
        "rows": rows,
        "asleep": asleep,
        "form": form,
        "made": made,
        "key": key,
        "section": "api",
        "tab": "tokens",
    }
    return render(request, "api/tokens.html", context)


@require_POST
@agent_required
def revoke(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """End a token at once."""
    issuing.revoke(get_object_or_404(issuing.visible_to(request.user), code=code), request.user)
    messages.success(request, _("Revoked. It opens nothing any more."))
    return redirect("api_tokens" if makes_tokens(request.user) else "preferences")
