"""Every signed-in person reads the pages in their own language."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class PersonalLocaleMiddleware:
    """Activates the person's language; before signing in, what the browser asks for, and else Dutch."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the reader's language."""
        language = getattr(request.user, "language", "") or self._asked_for(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language  # what Django's own LocaleMiddleware sets
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    @staticmethod
    def _asked_for(request: HttpRequest) -> str:
        accepted = request.headers.get("Accept-Language", "").lower()
        ours = [code for code, _name in settings.LANGUAGES]
        for part in accepted.split(","):
            code = part.split(";")[0].strip()[:2]
            if code in ours:
                return code
        return settings.LANGUAGE_CODE
