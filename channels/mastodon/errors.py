"""From an answer of Mastodon's that is an error to one of our three errors.

Mastodon API, "Rate limits" and the errors of each method (2026-09); app/controllers/api/base_controller.rb and the
validators of its source for what stands in `error`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
from django.utils import timezone

from channels.errors import ChannelError, NeedsReauth, RateLimited

WINDOW = timedelta(minutes=5)
LONGEST_WINDOW = timedelta(hours=3)  # posts and deletions are counted for longer
KEPT = 0.1  # of a window's calls, for answers and what is done by hand
# What Mastodon says in English, which is asked for (client.py).
_WORDS = (
    ("too_long", ("character limit",)),
    ("duplicate_text", ("duplicate",)),
    ("media_refused", ("file content type", "file size", "file is", "media", "attach", "video", "image")),
    ("message_gone", ("record not found", "does not exist", "trying to reply")),
)
_STILL_PROCESSING = "finished processing"


def refusal(response: requests.Response, *, writes: bool) -> ChannelError:
    """Return the error for an answer. `writes`: the call would have changed something."""
    status, said = response.status_code, _said(response)
    code, words = f"mastodon/{status}", said[:500] or f"Mastodon answered {status}."
    if status == HTTPStatus.UNAUTHORIZED:
        return NeedsReauth(words, code=code)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = reset_of(response.headers) or timezone.now() + WINDOW
        return RateLimited("Mastodon wants fewer calls.", retry_at=wait, code=code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.is_redirect or not said:
        # What stands in front of a server that is down says nothing about what happened behind it.
        known = bool(said) and status < HTTPStatus.INTERNAL_SERVER_ERROR
        return ChannelError(words, unknown=writes and not known, code=code, reason="unreachable")
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return ChannelError(words, permanent=True, code=code, reason="message_gone")
    if status == HTTPStatus.FORBIDDEN:
        lacks = "outside the authorized scopes" in said
        return ChannelError(words, permanent=True, code="mastodon/scopes" if lacks else code, reason="forbidden")
    if _STILL_PROCESSING in said:
        return ChannelError(words, code=code, reason="unreachable")
    lowered = said.lower()
    reason = next((name for name, parts in _WORDS if any(part in lowered for part in parts)), "other")
    return ChannelError(words, permanent=True, code=code, reason=reason)


def unreadable(status: int, *, writes: bool) -> ChannelError:
    """The answer was none of the API's."""
    words = f"Mastodon answered with something that is no answer (HTTP {status})."
    return ChannelError(words, unknown=writes, code=f"http/{status}", reason="unreachable")


def next_call(headers: Mapping[str, str]) -> datetime | None:
    """Return when the window is over, once nine tenths of its calls are used; None before."""
    limit, remaining = _number(headers.get("x-ratelimit-limit")), _number(headers.get("x-ratelimit-remaining"))
    if limit is None or remaining is None or remaining > limit * KEPT:
        return None
    return reset_of(headers) or timezone.now() + WINDOW


def reset_of(headers: Mapping[str, str]) -> datetime | None:
    """Return when a window is over, by our own clock: its distance from the answer's own date counts."""
    try:
        reset = datetime.fromisoformat(headers.get("x-ratelimit-reset", ""))
    except ValueError:
        return None
    reset, now = (reset if reset.tzinfo else reset.replace(tzinfo=UTC)), timezone.now()
    try:
        wait = reset - parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
    except (OverflowError, TypeError, ValueError):
        wait = reset - now
    return now + min(max(wait, timedelta(seconds=1)), LONGEST_WINDOW)


def _said(response: requests.Response) -> str:
    try:
        body = response.json()
    except ValueError:
        return ""
    return str(body.get("error") or "") if isinstance(body, Mapping) else ""


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isdecimal() and len(text) < 10 else None  # noqa: PLR2004
