"""Before an address opens that leads elsewhere than it reads: where it really goes."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.text.links import is_misleading, real_host


@require_safe
@agent_required
def odd_link(request: AgentRequest) -> HttpResponse:
    """Say the real host, and leave the opening to the reader. Only odd addresses come here, so nothing is led on."""
    address = request.GET.get("to", "")
    if not address.startswith(("https://", "http://")) or not is_misleading(address) or len(address) > 4000:
        raise Http404
    return render(request, "inbox/odd_link.html", {"address": address, "host": real_host(address)})
