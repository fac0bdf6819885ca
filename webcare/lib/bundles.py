"""A page's style sheets, or its scripts, as one file: joined when asked for, compressed once, kept by browsers.

The address holds the names and a version of the contents. So every process can answer it, and edited files are asked
for anew. There is nothing to build. Scripts are ES modules: a page names the entry, and what it imports comes along
(`webcare/lib/modules.py`). Why so: docs/decisions/0007-bundles-without-a-build.md
"""

from __future__ import annotations

import gzip
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import brotli
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers
from django.utils.crypto import salted_hmac

from webcare.lib.modules import Module, join_modules, order_modules

_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
_FOLDERS = {"css": "css/", "js": "js/", "svg": ""}
_SEAMS = {"css": b"\n", "js": b";\n", "svg": b""}
_CLASSIC_SCRIPTS = {"htmx": "django_htmx/htmx-2.min.js"}
_FOR_EVER = "public, max-age=31536000, immutable"
PAGE_QUALITY = 3  # of Brotli: more costs more time than it saves
SHORTEST = 200  # bytes: less is not worth it, as Django has it
_ADDRESS = re.compile(r"bundles/([a-z0-9_-]+(?:\+[a-z0-9_-]+)*)\.([0-9a-f]{16})\.(css|js|svg)")


@dataclass(frozen=True)
class Bundle:
    """Some files of one kind, joined in their order."""

    kind: str
    body: bytes

    @cached_property
    def version(self) -> str:
        """What changes with the contents; nobody outside can make one up and so let us compress what we never show."""
        return salted_hmac("webcare.bundles", self.body).hexdigest()[:16]

    @cached_property
    def compressed(self) -> dict[str, bytes]:
        """The contents by encoding, best first."""
        return {"br": brotli.compress(self.body, quality=9), "gzip": gzip.compress(self.body, 9, mtime=0)}


def address_of(kind: str, names: Iterable[str]) -> str:
    """Return where the files of these names stand as one. Raises LookupError for a name there is not."""
    # Where files may be edited they are looked at once a second, not at every page: there are nearly a hundred.
    return _address(kind, tuple(names), int(time.time()) if settings.WHITENOISE_USE_FINDERS else 0)


@lru_cache(maxsize=64)
def _address(kind: str, names: tuple[str, ...], _second: int) -> str:
    return f"{settings.STATIC_URL}bundles/{'+'.join(names)}.{_bundle(kind, names).version}.{kind}"


def _bundle(kind: str, names: tuple[str, ...]) -> Bundle:
    classic = [name for name in names if kind != "js" or name in _CLASSIC_SCRIPTS]
    paths = tuple(_path(kind, name) for name in classic)
    modules = order_modules([_path(kind, name) for name in names if name not in classic])
    return _joined(kind, paths, tuple(path.stat().st_mtime_ns for path in paths), modules)


@lru_cache(maxsize=256)
def _path(kind: str, name: str) -> Path:
    standing = _CLASSIC_SCRIPTS.get(name) if kind == "js" else None
    found = finders.find(standing or f"{_FOLDERS[kind]}{name}.{kind}")
    if not found:
        raise LookupError(f"There is no {name}.{kind} among the static files.")
    return Path(found)


@lru_cache(maxsize=64)
def _joined(kind: str, paths: tuple[Path, ...], _changed: tuple[int, ...], modules: tuple[Module, ...]) -> Bundle:
    parts = [path.read_bytes() for path in paths]
    if modules:
        parts.append(join_modules(modules).encode())
    return Bundle(kind, _SEAMS[kind].join(parts))


class BundleMiddleware:
    """Answers for bundles before a session or a language is looked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or hand on what is no bundle."""
        asked = _ADDRESS.fullmatch(request.path_info.removeprefix(settings.STATIC_URL))
        if asked is None or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        joined, version, kind = asked.groups()
        names = tuple(joined.split("+"))
        if len(set(names)) < len(names):  # one file a thousand times would fill our memory
            return self.get_response(request)
        try:
            return _answer(_bundle(kind, names), version, request)
        except LookupError:
            return self.get_response(request)


def _answer(bundle: Bundle, version: str, request: HttpRequest) -> HttpResponse:
    body, headers = bundle.body, {"Vary": "Accept-Encoding"}
    if version == bundle.version:
        headers["Cache-Control"] = _FOR_EVER
        accepted = _accepted(request)
        for encoding, compressed in bundle.compressed.items():
            if encoding in accepted:
                body, headers["Content-Encoding"] = compressed, encoding
                break
    else:
        # A page from before an update gets what there is now, and keeps it no longer than it stands.
        headers["Cache-Control"] = "no-cache"
    headers["Content-Length"] = str(len(body))
    return HttpResponse(body, content_type=_TYPES[bundle.kind], headers=headers)


def _accepted(request: HttpRequest) -> set[str]:
    parts = request.headers.get("Accept-Encoding", "").replace(" ", "").split(",")
    return {part.partition(";")[0] for part in parts if not re.search(r";q=0(\.0*)?$", part)}


class PageCompression(GZipMiddleware):
    """Compresses pages, and nothing else: files and parts of files leave as they are.

    Brotli where a browser takes it: a page of 180 KB costs 0.7 ms instead of 1.8, and is no larger. The CSRF token is
    masked anew in each answer, and random bytes are added, against BREACH.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress an answer that is HTML."""
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        if not isinstance(response, HttpResponse) or "br" not in _accepted(request):
            return super().process_response(request, response)
        if len(response.content) >= SHORTEST and not response.has_header("Content-Encoding"):
            patch_vary_headers(response, ("Accept-Encoding",))
            response.content = brotli_page(response.content, os.urandom(1 + secrets.randbelow(self.max_random_bytes)))
            response["Content-Length"] = str(len(response.content))
            response["Content-Encoding"] = "br"
        return response


def brotli_page(page: bytes, random: bytes) -> bytes:
    """Return a page in Brotli, with up to 256 random bytes that a browser passes over.

    They are a block of metadata: https://www.rfc-editor.org/rfc/rfc7932#section-9.2
    """
    compressor = brotli.Compressor(quality=PAGE_QUALITY)
    body = compressor.process(page) + compressor.flush()  # to the next whole byte
    last = len(random) - 1
    # From the lowest bit: not the last block (0), metadata (11), reserved (0), its length in one byte (10), the length.
    head = 0b01_0_11_0 | last << 6
    sent: bytes = body + head.to_bytes(2, "little") + random + compressor.finish()
    return sent
