"""Pages for what went wrong. Each keeps the frame and says what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from webcare.lib import request_ids


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: signed in, but not allowed."""
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: no such page, or not one this person may see."""
    return render(request, "404.html", status=404)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form that is too old, or not ours. What was written in ours is shown, so that it can be copied."""
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    written = request.POST.get("text", "") if ours else ""
    return render(request, "403_csrf.html", {"written": written}, status=403)


def too_large(request: HttpRequest) -> HttpResponse:
    """413: more than a form may bring. The server leads here before it reads the body (webcare/server/bodies.py)."""
    return render(request, "413.html", status=413)


def broken(request: HttpRequest) -> HttpResponse:
    """500: our fault. Rendered without the navigation: the database may be what is broken."""
    return HttpResponse(loader.render_to_string("500.html", {"request_id": request_ids.current()}), status=500)
