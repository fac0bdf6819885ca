"""The pages anybody may read: the promise, its badge and its colours. No session, no cookie, nobody's data.

They are answered before a session is looked for, and kept in this process until something they show changes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from cachetools import LRUCache
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from channels.platforms import PLATFORMS
from inbox.middleware import language_asked_for
from reports.promise import badge as badges
from reports.promise.models import PromisePage
from reports.promise.page import Page, build
from webcare.lib.statements import fetch

PREFIX = "/promise/"
FRESH = 60  # seconds a browser or proxy may keep it
_MOST = 64
_TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml", "html": "text/html; charset=utf-8"}
_Made = Callable[[Page], str]


class _Kept(NamedTuple):
    body: str | None  # None: not public
    sites: tuple[str, ...]  # that may show it in a frame


_kept: LRUCache[Hashable, _Kept] = LRUCache(_MOST)
_lock = Lock()


class PublicPagesMiddleware:
    """Answers the public pages before anybody's session is looked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the visitor's language, or hand on what is no public page."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        try:
            found = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        chosen = request.GET.get("lang", "")
        language = chosen if chosen in dict(settings.LANGUAGES) else language_asked_for(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response: HttpResponse = found.func(request, *found.args, **found.kwargs)
        response.headers["Content-Language"] = language
        return response


@require_safe
def promise(request: HttpRequest) -> HttpResponse:
    """The page itself."""
    return _answer(request, "html", "page", lambda page: _rendered("page", page))


@require_safe
def badge(request: HttpRequest) -> HttpResponse:
    """A small page for an iframe on the organisation's own site."""
    platform = _channel_asked_for(request)
    return _answer(request, "html", f"badge {platform}", lambda page: _rendered("badge", page, platform), framed=True)


@require_safe
def badge_svg(request: HttpRequest) -> HttpResponse:
    """The badge as a picture."""
    platform = _channel_asked_for(request)
    response = _answer(request, "svg", f"svg {platform}", lambda page: badges.drawing(page, page.channel(platform)))
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """The brand's colour, as a style sheet of its own."""
    return _answer(request, "css", "brand", brand_sheet)


def brand_sheet(page: Page) -> str:
    """Return the style sheet of a page's brand colour."""
    return render_to_string("reports/promise/brand.css", page.colours)


def forget_kept() -> None:
    """Forget what is kept: for tests."""
    with _lock:
        _kept.clear()


def _channel_asked_for(request: HttpRequest) -> str:
    """Return the code of a platform; anything else is none, and makes nothing new to keep."""
    asked = request.GET.get("channel", "")
    return asked if asked in PLATFORMS else ""


def _rendered(name: str, page: Page, platform: str = "") -> str:
    shown = {"page": page, "language": translation.get_language(), "channel": page.channel(platform)}
    return render_to_string(f"reports/promise/{name}.html", shown)


def _answer(request: HttpRequest, kind: str, name: str, made: _Made, *, framed: bool = False) -> HttpResponse:
    """Return what is kept, or make it. What an admin changes is new at once; the clock and the measure in a minute."""
    ((version,),) = fetch("SELECT version FROM inbox_referenceversion")
    body, sites = _body(version, translation.get_language() or "", name, made)
    headers = {"Cache-Control": f"public, max-age={FRESH}", "Vary": "Accept-Language, Accept-Encoding"}
    if body is None:
        headers["Cache-Control"] = "no-cache"  # a page that is switched on is there at once
        words = _("There is nothing here.")
        return HttpResponseNotFound(words, content_type="text/plain; charset=utf-8", headers=headers)
    headers["ETag"] = f'"{blake2b(body.encode(), digest_size=8).hexdigest()}"'
    if request.headers.get("If-None-Match") == headers["ETag"]:
        response = HttpResponse(status=304, headers=headers)
    else:
        response = HttpResponse(body, content_type=_TYPES[kind], headers=headers)
    if framed:
        response._csp_replace = {"frame-ancestors": sites or ["*"]}  # type: ignore[attr-defined]  # django-csp's
    return response


def _body(version: UUID, language: str, name: str, made: _Made) -> _Kept:
    minute = int(timezone.now().timestamp() // 60)
    key = (version, minute, language, name)
    with _lock:
        if key in _kept:
            return _kept[key]
    row = PromisePage.current()
    found = _Kept(made(build(language, row)) if row.is_public else None, tuple(row.embedded_by.split()))
    with _lock:
        _kept[key] = found
    return found
