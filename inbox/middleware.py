"""What holds for every page: its reader's language, how long one stays signed in, and that nobody keeps it."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from inbox import sessions
from webcare.lib import masks

# What a page of ours never needs, so that nothing in it can ask for it either.
_UNUSED = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid",
    "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
_PERMISSIONS = ", ".join(f"{feature}=()" for feature in _UNUSED)


class PrivatePagesMiddleware:
    """No browser or proxy keeps a page, unless its view allows it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request with the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        return response


class SessionLimitsMiddleware:
    """Signs out whose session is over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request as somebody signed in, or as nobody."""
        if sessions.is_over(request.session):
            logout(request)
        else:
            sessions.note_work(request)
        return self.get_response(request)


class PersonalLocaleMiddleware:
    """Activates the person's language; before signing in, what the browser asks for, and else Dutch."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the reader's language."""
        language = getattr(request.user, "language", "") or language_asked_for(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # what Django's own LocaleMiddleware sets
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class MaskingMiddleware:
    """Masks customers' personal data for readers who have no right to see it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request as its reader may see it."""
        is_masked = bool(getattr(request.user, "sees_masks", False))
        masks.begin(masks=is_masked, revealed=sessions.revealed(request.session) if is_masked else ())
        return self.get_response(request)


class MethodNotAllowedMiddleware:
    """Says in words that an address takes forms alone, to who opened it as a page. Programs are told as ever."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; where that is an empty 405 for a browser's page, fill it."""
        response = self.get_response(request)
        if response.status_code != 405 or response.content or not _is_opened(request):
            return response
        page = render(request, "405.html", status=405)
        if "Allow" in response:
            page["Allow"] = response["Allow"]
        return page


def _is_opened(request: HttpRequest) -> bool:
    """Whether somebody opens this as a page: programs and scripts do not ask for HTML by name."""
    by_script = request.headers.get("HX-Request") or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return request.method == "GET" and not by_script and "text/html" in request.headers.get("Accept", "")


def language_asked_for(request: HttpRequest) -> str:
    """Return the language of ours that a browser asks for; else Dutch."""
    accepted = request.headers.get("Accept-Language", "").lower()
    ours = [code for code, _name in settings.LANGUAGES]
    for part in accepted.split(","):
        code = part.split(";")[0].strip()[:2]
        if code in ours:
            return code
    return settings.LANGUAGE_CODE
