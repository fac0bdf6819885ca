"""A link in each mail with which its reader ends the report, signed in or not. Opening it ends nothing."""

from __future__ import annotations

import uuid

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_http_methods

from inbox.models import Event
from inbox.team.attempts import TooManyAttempts, attempt_with_link
from reports.mailed.models import MailedReport

_SALT = "reports.mailed.stopping"


def address_of(report: MailedReport) -> str:
    """Return the path of a report's link."""
    return reverse("mailed_report_stop", args=[signing.dumps(report.code.hex, salt=_SALT)])


@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether a report shall be mailed no more; POST ends it."""
    attempt = attempt_with_link(request)
    try:
        attempt.begin()
    except TooManyAttempts as stopped:
        response = _page(request, None, status=429)
        response["Retry-After"] = str(stopped.seconds)
        return response
    report = _find(token)
    if report is None:
        return _page(request, None, status=410)
    attempt.succeed()
    if request.method == "POST":
        with transaction.atomic():
            report.delete()
            Event.note("report_ended", actor=report.reader, to=report.reader_id, now=report.every)
        return _page(request, report, done=True)
    return _page(request, report)


def _find(token: str) -> MailedReport | None:
    try:
        code = uuid.UUID(str(signing.loads(token, salt=_SALT)))
    except (signing.BadSignature, ValueError):
        return None
    return MailedReport.objects.select_related("reader").filter(code=code).first()


def _page(request: HttpRequest, report: MailedReport | None, status: int = 200, *, done: bool = False) -> HttpResponse:
    response = render(request, "reports/mailed/stop.html", {"report": report, "done": done}, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    patch_cache_control(response, no_store=True, private=True)
    return response
