"""The errors that may leave a connector. SDK exceptions never do."""

from __future__ import annotations

from datetime import datetime

# What reading a shape that nobody foresaw may raise: such an item is kept as not understood, alone.
STRANGE = (ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError)


class ChannelError(Exception):
    """A platform refused or failed.

    `permanent`: trying the same again will not help. `unknown`: the request left, no answer came, so it may have been
    carried out. `code` is the platform's own, e.g. "10/2018278"; `reason` is one of REASONS, from which the page makes
    its sentence.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, unknown: bool = False, code: str = "", reason: str = "other"
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.unknown = unknown
        self.code = code
        self.reason = reason


class NeedsReauth(ChannelError):
    """The account's access is gone: an admin has to connect it again. Never retried by itself."""

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message, permanent=False, code=code, reason="reauth")


class RateLimited(ChannelError):
    """The platform wants fewer calls. `retry_at` (aware, UTC) is when to go on."""

    def __init__(self, message: str, *, retry_at: datetime, code: str = "") -> None:
        super().__init__(message, permanent=False, code=code, reason="rate_limited")
        self.retry_at = retry_at


# Limits on all that an account sends: its answers wait together. Each with what is said of one that does not end.
DAY_LIMITS = {"mail/limit": "mail/limit_lasts"}

# channels/reasons/words.py has a sentence in plain words for each of these.
REASONS = (
    "other",
    "reauth",
    "renewing",
    "rate_limited",
    "duplicate_text",
    "too_long",
    "window_closed",
    "not_summoned",
    "recipient_unavailable",
    "message_gone",
    "already_replied",
    "too_old",
    "forbidden",
    "blocked",
    "unreachable",
    "deferred",
    "media_refused",
    "not_fetched",
    "template_refused",
    "template_values",
    "template_missing",
    "template_paused",
    "template_disabled",
    "too_late_to_block",
    "credit",
    "paused",
    "listen_only",
    "react_only",
    "site_address",
    "no_publishing",
    "too_many_posts",
)
