"""From an answer of Google's that is an error to one of our three errors.

YouTube Data API, "Errors", and each method's own table (2026-09). Google Identity, "Using OAuth 2.0 for web server
applications" (2026-09).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.utils import timezone

from channels.errors import ChannelError, NeedsReauth, RateLimited
from channels.youtube.quota import next_reset
from webcare.lib.text import read_json

SHORT_PAUSE = timedelta(minutes=1)
USED_UP = frozenset({"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"})
TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "concurrentLimitExceeded", "limitExceeded"})
DEAD = frozenset({"authError", "authorizationRequired", "required", "expired"})
LOST = frozenset(
    {"authenticatedUserAccountClosed", "authenticatedUserAccountSuspended", "channelClosed", "channelSuspended"}
)
_REASONS = {
    "commentNotFound": "message_gone",
    "parentCommentNotFound": "message_gone",
    "commentThreadNotFound": "message_gone",
    "videoNotFound": "message_gone",
    "commentTextTooLong": "too_long",
    "commentsDisabled": "recipient_unavailable",
    "parentCommentIsPrivate": "recipient_unavailable",
    "operationNotSupported": "recipient_unavailable",
}
# It "can be a transient error": tried again (comments.insert, processingFailure).
_TRANSIENT = frozenset({"processingFailure", "backendError", "internalError", "SERVICE_UNAVAILABLE"})


def refusal(status: int, content: bytes, *, writes: bool) -> ChannelError:
    """Return the error for an answer of the API. `writes`: the call would have changed something."""
    error = _error_of(content)
    if error is None:
        return unreadable(status, writes=writes)
    reason, words = _reason_of(error), str(error.get("message") or f"YouTube answered {status}.")[:500]
    code = f"youtube/{reason}"[:40] if reason else f"http/{status}"
    if reason in USED_UP:
        return RateLimited("The quota of our Google project is used up.", retry_at=next_reset(), code=code)
    if reason in TOO_FAST or status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited("YouTube wants fewer calls.", retry_at=timezone.now() + SHORT_PAUSE, code=code)
    if status == HTTPStatus.UNAUTHORIZED or reason in DEAD or reason in LOST:
        return NeedsReauth(words, code=code)
    if reason in _TRANSIENT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # A refusal in so many words changed nothing; what a server says that failed may have.
        failed = status >= HTTPStatus.INTERNAL_SERVER_ERROR
        return ChannelError(words, unknown=writes and failed, code=code, reason="unreachable")
    known = _REASONS.get(reason) or ("message_gone" if status == HTTPStatus.NOT_FOUND else "")
    known = known or ("forbidden" if status == HTTPStatus.FORBIDDEN else "other")
    return ChannelError(words, permanent=True, code=code, reason=known)


def unreadable(status: int, *, writes: bool) -> ChannelError:
    """The answer was none of the API's: a gateway's page, mostly. What it stands in front of may have done the work."""
    return ChannelError(
        f"YouTube answered with something that is no answer (HTTP {status}).",
        unknown=writes, code=f"http/{status}", reason="unreachable",
    )  # fmt: skip


def _error_of(content: bytes) -> Mapping[str, Any] | None:
    try:
        body = read_json(content)
    except ValueError:
        return None
    error = body.get("error") if isinstance(body, Mapping) else None
    return error if isinstance(error, Mapping) else None


def _reason_of(error: Mapping[str, Any]) -> str:
    errors = error.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    return str(first.get("reason") or "") if isinstance(first, Mapping) else str(error.get("status") or "")
