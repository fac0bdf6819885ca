"""From an answer of XRPC's that is an error to one of our three errors.

AT Protocol, "HTTP API (XRPC)" and the errors of each lexicon (2026-09). What has no name of its own is told by its
words, as the reference implementation writes them (bluesky-social/atproto, packages/pds).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import requests
from django.utils import timezone

from channels.errors import ChannelError, NeedsReauth, RateLimited

WINDOW = timedelta(minutes=5)
LONGEST_WINDOW = timedelta(hours=24)
KEPT = 0.1  # of a window's calls, for answers and what is done by hand
NO_CHAT = "bluesky/chat"  # an app password without access to direct messages
CHAT = "chat.bsky."
_LOST = frozenset(
    {"AccountTakedown", "AccountDeactivated", "AccountSuspended", "RepoTakendown", "RepoDeactivated", "RepoSuspended"}
)
_REASONS = {
    "RecordNotFound": "message_gone",
    "NotFound": "message_gone",
    "InvalidMimeType": "media_refused",
    "BlobTooLarge": "media_refused",
    "BlockedActor": "recipient_unavailable",
    "BlockedByActor": "recipient_unavailable",
}
_WORDS = (
    ("recipient_unavailable", ("incoming messages", "recipient", "account does not exist", "block")),
    ("too_long", ("grapheme", "longer than", "too long")),
    ("media_refused", ("blob", "mime", "too large", "image")),
    ("message_gone", ("not found", "could not locate")),
)


def refusal(response: requests.Response, method: str, *, writes: bool) -> ChannelError:
    """Return the error for an answer to a method. `writes`: it would have changed something."""
    status, name, words = response.status_code, *_said(response)
    code = f"bluesky/{name or status}"[:40]
    words = words or f"Bluesky answered {status}."
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = reset_of(response.headers) or timezone.now() + WINDOW
        return RateLimited("Bluesky wants fewer calls.", retry_at=wait, code=code)
    if "Bad token" in words and method.startswith(CHAT):
        return ChannelError(
            "The app password does not open messages.", permanent=True, code=NO_CHAT, reason="forbidden"
        )
    if name == "ExpiredToken":
        return ChannelError("The access has ended.", code=code, reason="renewing")
    if status == HTTPStatus.UNAUTHORIZED or name in _LOST or name == "InvalidToken":
        return NeedsReauth(words, code=code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.is_redirect or not name:
        known = bool(name) and status < HTTPStatus.INTERNAL_SERVER_ERROR
        return ChannelError(words, unknown=writes and not known, code=code, reason="unreachable")
    lowered = words.lower()
    found = next((reason for reason, parts in _WORDS if any(part in lowered for part in parts)), "")
    usual = "forbidden" if status == HTTPStatus.FORBIDDEN else "other"
    return ChannelError(words, permanent=True, code=code, reason=_REASONS.get(name) or found or usual)


def unreadable(status: int, *, writes: bool) -> ChannelError:
    """The answer was none of XRPC's."""
    words = f"Bluesky answered with something that is no answer (HTTP {status})."
    return ChannelError(words, unknown=writes, code=f"http/{status}", reason="unreachable")


def next_call(headers: Mapping[str, str]) -> datetime | None:
    """Return when the window is over, once nine tenths of its calls are used; None before."""
    limit, remaining = _number(headers.get("ratelimit-limit")), _number(headers.get("ratelimit-remaining"))
    if limit is None or remaining is None or remaining > limit * KEPT:
        return None
    return reset_of(headers) or timezone.now() + WINDOW


def reset_of(headers: Mapping[str, str]) -> datetime | None:
    """Return when a window is over; the header holds seconds since 1970."""
    seconds = _number(headers.get("ratelimit-reset"))
    if seconds is None:
        return None
    now = timezone.now()
    wait = datetime.fromtimestamp(seconds, UTC) - now
    return now + min(max(wait, timedelta(seconds=1)), LONGEST_WINDOW)


def _said(response: requests.Response) -> tuple[str, str]:
    try:
        body = response.json()
    except ValueError:
        return "", ""
    if not isinstance(body, Mapping) or not isinstance(body.get("error"), str):
        return "", ""
    return body["error"], str(body.get("message") or body["error"])[:500]


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdecimal() and len(text) < 12 else None  # noqa: PLR2004
