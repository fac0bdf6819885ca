"""Pictures of posts for the platform that publishes them. Nobody is signed in: the address is the key."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from inbox.outbox import fetched_files

_TYPES = frozenset({"image/jpeg", "image/png"})


@require_safe
def fetched_file(request: HttpRequest, token: str) -> HttpResponseBase:
    """One picture of a post that leaves now. Raises Http404 for any other address, and once it is over."""
    found = fetched_files.attachment_of(token)
    if found is None or not found.file.name or found.mime_type not in _TYPES:
        raise Http404
    try:
        opened = found.file.open("rb")
    except FileNotFoundError:  # deleted just then
        raise Http404 from None
    response = FileResponse(opened, content_type=found.mime_type, filename=str(found.code))
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return response
