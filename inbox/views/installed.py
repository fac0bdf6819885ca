"""Webcare as an app on a phone or a desktop: what a browser reads of it. The same for everybody, and free of data."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

_COLOUR = "#0d6a64"
_DAY = "public, max-age=86400"


@require_safe
def manifest(request: HttpRequest, language: str) -> HttpResponse:
    """What the app is called and looks like, in a language of ours."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        known = _manifest(language)
    response = JsonResponse(known, content_type="application/manifest+json")
    response["Cache-Control"] = _DAY
    return response


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps static files and shows push messages. Asked for anew each time: so it renews itself."""
    script = _script(Path(finders.find("js/service_worker.js") or ""))
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def _manifest(language: str) -> dict[str, object]:
    pages = [(_("Open"), "/inbox/"), (_("Mine"), "/inbox/?queue=mine"), (_("Search"), "/inbox/search/")]
    return {
        "id": "/inbox/",
        "name": "Webcare",
        "short_name": "Webcare",
        "description": _("One inbox for what customers say on social media, and one page to answer from."),
        "lang": language,
        "dir": "ltr",
        "start_url": "/inbox/",
        "scope": "/",
        "display": "standalone",
        "theme_color": _COLOUR,
        "background_color": _COLOUR,
        "categories": ["business", "productivity"],
        "icons": [_icon(192, "any"), _icon(512, "any"), _icon(512, "maskable")],
        "shortcuts": [{"name": name, "url": url} for name, url in pages],
    }


def _icon(size: int, purpose: str) -> dict[str, str]:
    name = f"icons/{purpose}-{size}.png"
    return {"src": static(name), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@lru_cache(maxsize=1)
def _script(path: Path) -> bytes:
    return path.read_bytes()
