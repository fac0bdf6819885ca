"""Who read what: the log, narrowed by a plain form, and the same as CSV."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.models import Read
from inbox.models.rights import Right
from inbox.privacy import read_log
from webcare.lib.csv_file import csv_response


@require_safe
@right_required(Right.READS)
def reads(request: AgentRequest) -> HttpResponse:
    """Who opened, searched and exported, newest first, narrowed by the address."""
    asked, after = read_log.ReadQuery.of(request.GET.dict()), request.GET.get("after", "")
    page = read_log.page_of(asked, request.user, after=after)
    context = {
        "asked": asked,
        "page": page,
        "kinds": Read.Kind.choices,
        "contact": read_log.contact_in(asked, request.user),
        "address": urlencode(asked.query),
        "next": urlencode({**asked.query, "after": page.after}),
        "is_first": not after,
        "section": "privacy",
    }
    return render(request, "inbox/privacy/reads.html", context)


@require_safe
@right_required(Right.READS)
def export(request: AgentRequest) -> StreamingHttpResponse:
    """The same as a file, all of it."""
    asked = read_log.ReadQuery.of(request.GET.dict())
    return csv_response(read_log.export(asked, request.user), f"webcare-reads-{timezone.localdate()}.csv")
