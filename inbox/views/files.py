"""Files customers sent. Signed-in people only, and only from accounts they may see."""

from __future__ import annotations

import uuid

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from whitenoise.responders import SlicedFile  # type: ignore[import-untyped]  # WhiteNoise ships no types

from inbox.access import agent_required, readable_by
from inbox.http import AgentRequest
from inbox.models import Attachment, Conversation
from webcare.lib import byte_ranges

# Shown in the page. Anything else, SVG and HTML above all, is handed over as a download and never opened by us.
_SHOWN = frozenset(
    {
        "image/jpeg",
        "image/png",
        "image/gif",
        "image/webp",
        "audio/mpeg",
        "audio/ogg",
        "audio/aac",
        "audio/mp4",
        "audio/amr",
        "audio/wav",
        "audio/webm",
        "video/mp4",
        "video/3gpp",
        "video/webm",
        "video/ogg",
    }
)


@require_safe
@agent_required
def file(request: AgentRequest, code: uuid.UUID) -> HttpResponseBase:
    """One stored attachment, or the part of it a player asks for.

    Raises Http404 for one that is not there, was removed, or is not this person's to see.
    """
    talks, accounts = Conversation.objects.visible_to(request.user), readable_by(request.user)
    visible = Attachment.objects.filter(
        Q(message__conversation__in=talks.values("pk")) | Q(message__conversation=None, message__account__in=accounts),
        state=Attachment.State.STORED,
        message__removed_at=None,
    )
    found = visible.filter(code=code).first()
    if found is None or not found.file.name or not found.file.storage.exists(found.file.name):
        raise Http404
    # What stands under a code never changes, so its code says which version it is.
    etag = f'"{found.code.hex}-{found.file.size:x}"'
    not_modified = get_conditional_response(request, etag=etag)
    response: HttpResponseBase = _guarded(not_modified) if not_modified else stored_file(request, found, etag)
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def stored_file(request: HttpRequest, found: Attachment, etag: str = "") -> HttpResponseBase:
    """Return a stored file, or the part asked for: shown where it is safe to show, else handed over as a download.

    Who may have it, and who keeps it for how long, is its caller's. Raises FileNotFoundError for one deleted just then.
    """
    return _guarded(_answer(request, found, etag))


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    # A file is never a page of ours, whatever is in it.
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return response


def _answer(request: HttpRequest, found: Attachment, etag: str) -> HttpResponseBase:
    size = found.file.size
    try:
        part = byte_ranges.requested_range(_range_of(request, etag), size)
    except byte_ranges.OutsideFile:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    opened = found.file.open("rb")
    mime = found.mime_type.split(";")[0].strip().lower()
    shown = mime in _SHOWN and "download" not in request.GET
    response = FileResponse(
        SlicedFile(opened, *part) if part else opened,
        as_attachment=not shown,
        filename=found.filename or str(found.code),
        content_type=mime if mime in _SHOWN else "application/octet-stream",
    )
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part[0]}-{part[1]}/{size}"
        response["Content-Length"] = str(part[1] - part[0] + 1)
    return response


def _range_of(request: HttpRequest, etag: str) -> str:
    """Return the part asked for; "" where it is of another version than ours, or no part can be asked for."""
    of_version = request.headers.get("If-Range", etag)
    return request.headers.get("Range", "") if request.method == "GET" and of_version == etag else ""
