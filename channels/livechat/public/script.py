"""The widget as one script: its parts in `channels/livechat/widget/`, joined once for each process."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse

FOLDER = Path(__file__).resolve().parent.parent / "widget"
PARTS = ("words", "icons", "server", "memory", "talk", "form", "element")
FRESH = 300  # seconds a browser may keep it


class Script(NamedTuple):
    """The script, and what browsers get of it compressed."""

    body: bytes
    compressed: bytes
    etag: str


@cache
def script() -> Script:
    """Join the parts in a scope of their own, so that nothing of the site's meets anything of ours."""
    style = (FOLDER / "widget.css").read_text(encoding="utf-8")
    parts = [(FOLDER / f"{name}.js").read_text(encoding="utf-8") for name in PARTS]
    body = "\n".join(["(() => {", '"use strict";', f"const STYLE = {json.dumps(_small(style))};", *parts, "})();", ""])
    found = body.encode()
    return Script(found, gzip.compress(found, mtime=0), f'"{hashlib.sha256(found).hexdigest()[:16]}"')


def answer(request: HttpRequest) -> HttpResponse:
    """Return the script, compressed where the browser takes that."""
    made = script()
    headers = {
        "Cache-Control": f"public, max-age={FRESH}",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "ETag": made.etag,
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("If-None-Match") == made.etag:
        return HttpResponse(status=304, headers=headers)
    body = made.body
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        body, headers["Content-Encoding"] = made.compressed, "gzip"
    return HttpResponse(body, content_type="text/javascript; charset=utf-8", headers=headers)


def _small(style: str) -> str:
    """Return a style sheet without the blanks at the beginning of its lines."""
    return "\n".join(line.strip() for line in style.splitlines() if line.strip())
