"""The log as leads read it: a page, narrowed by a plain form, and the same as CSV."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from inbox.access import right_required
from inbox.history import log as history
from inbox.history.verbs import Kind
from inbox.http import AgentRequest
from inbox.models.rights import Right
from webcare.lib.csv_file import csv_response


@require_safe
@right_required(Right.LOG)
def log(request: AgentRequest) -> HttpResponse:
    """Everything that was done, newest first, narrowed by the address."""
    asked, after = history.LogQuery.of(request.GET.dict()), request.GET.get("after", "")
    page = history.page_of(request.user, asked, after=after)
    context = {
        "asked": asked,
        "page": page,
        "kinds": Kind.choices,
        "address": urlencode(asked.query),
        "next": urlencode({**asked.query, "after": page.after}),
        "is_first": not after,
        "section": "log",
    }
    return render(request, "inbox/log.html", context)


@require_safe
@right_required(Right.LOG)
def export(request: AgentRequest) -> StreamingHttpResponse:
    """The same as a file, all of it."""
    asked = history.LogQuery.of(request.GET.dict())
    return csv_response(history.export(request.user, asked), f"webcare-log-{timezone.localdate()}.csv")
