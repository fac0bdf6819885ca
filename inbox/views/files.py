"""Files customers sent. Signed-in people only, and only from accounts they may see."""

from __future__ import annotations

import uuid

from django.http import FileResponse, Http404, HttpResponseBase
from django.views.decorators.http import require_safe

from inbox.access import agent_required, readable_by
from inbox.http import AgentRequest
from inbox.models import Attachment

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
        "video/mp4",
        "video/3gpp",
        "video/webm",
    }
)


@require_safe
@agent_required
def file(request: AgentRequest, code: uuid.UUID) -> HttpResponseBase:
    """One stored attachment. Raises Http404 for one that is not there, was removed, or is not this person's to see."""
    visible = Attachment.objects.filter(
        state=Attachment.State.STORED, message__removed_at=None, message__account__in=readable_by(request.user)
    )
    found = visible.filter(code=code).first()
    if found is None or not found.file.name or not found.file.storage.exists(found.file.name):
        raise Http404
    mime = found.mime_type.split(";")[0].strip().lower()
    shown = mime in _SHOWN and "download" not in request.GET
    response = FileResponse(
        found.file.open("rb"),
        as_attachment=not shown,
        filename=found.filename or str(found.code),
        content_type=mime if mime in _SHOWN else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    # A file is never a page of ours, whatever is in it.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
