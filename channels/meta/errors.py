"""From a Graph API error body to one of our three errors.

The codes stand in Meta's error reference and the WhatsApp error list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.errors import ChannelError, NeedsReauth, RateLimited

REAUTH = frozenset({0, 190, 102})
# 4 app, 17 user, 32 page, 341 and 613 custom, 8000x per business use case, 130429 WhatsApp's throughput.
THROTTLED = frozenset({4, 17, 32, 341, 613, *range(80000, 80015), 130429})
# -1, -2 and 9007: Instagram could not make or publish a post just now.
TRANSIENT = frozenset({-2, -1, 1, 2, 9007, 131000, 131016, 131057})
# A code alone, or a code with its subcode, says what is wrong. Most specific first: pairs are looked up before codes.
PAIRS = {
    (10, 2018278): "window_closed",
    (10, 2534022): "window_closed",
    (10, 1893063): "blocked",
    (100, 2018001): "recipient_unavailable",
    (100, 2534014): "recipient_unavailable",
    (100, 33): "message_gone",
    (100, 2018109): "recipient_unavailable",
    (200, 1545041): "recipient_unavailable",
    **{(100, subcode): "media_refused" for subcode in (2018008, 2018047, 2018074)},
    (100, 2207010): "too_long",
    (9, 2207042): "too_many_posts",
    (25, 2207050): "blocked",
}
CODES = {
    3: "forbidden",
    # Instagram Platform, "Error codes" (2026-06-02): pictures of posts.
    **dict.fromkeys((352, 9004, 36000, 36001, 36003), "media_refused"),
    10: "forbidden",
    33: "message_gone",
    100: "other",
    368: "blocked",
    506: "duplicate_text",
    551: "recipient_unavailable",
    803: "message_gone",
    10900: "already_replied",
    10901: "too_old",
    101: "forbidden",
    104: "forbidden",
    130472: "recipient_unavailable",
    130497: "recipient_unavailable",
    131005: "forbidden",
    131021: "recipient_unavailable",
    131026: "recipient_unavailable",
    131030: "recipient_unavailable",
    131031: "blocked",
    131037: "forbidden",
    131042: "credit",
    131044: "credit",
    131045: "forbidden",
    131047: "window_closed",
    131048: "blocked",
    131049: "recipient_unavailable",
    131050: "recipient_unavailable",
    131051: "media_refused",
    131052: "media_refused",
    131053: "media_refused",
    131055: "template_refused",
    131062: "recipient_unavailable",
    131063: "template_refused",
    131064: "blocked",
    **dict.fromkeys((134011, 134100, 134101, 134102), "template_refused"),
    137000: "recipient_unavailable",
    133010: "forbidden",
    # 230 is "User consent is required to access user profile": somebody who only ever commented.
    **dict.fromkeys(range(200, 300), "forbidden"),
    **dict.fromkeys(range(132000, 132100), "template_refused"),
    # how many values, their form (named or not), and line ends or tabs in them
    **dict.fromkeys((132000, 132012, 132018), "template_values"),
    132001: "template_missing",
    132005: "too_long",  # the values make it longer than a message may be
    132015: "template_paused",
    132016: "template_disabled",
}
# Ours could not be reached: a picture of a post that Instagram fetches. Its sentence repeats the signed address.
NOT_FETCHED = (9004, 2207052)
_ADDRESS = re.compile(r"https?://\S+", re.I)
# Code 100 covers every refused parameter; only the sentence tells which.
SENTENCES = (
    (
        re.compile(r"length of param|too long|maximum length|exceeds .*(characters|bytes)|must be less than", re.I),
        "too_long",
    ),
    (re.compile(r"already (been )?(replied|sent)|only one private reply", re.I), "already_replied"),
    (re.compile(r"too old|older than|7 days|seven days", re.I), "too_old"),
    (re.compile(r"one of the following types|attachment (size|failure)|file is larger", re.I), "media_refused"),
    (re.compile(r"does not exist|unsupported (get|post|delete) request|cannot be found", re.I), "message_gone"),
)
PAIR_RATE = 131056  # too many messages to one recipient: other recipients are not held up
DEFAULT_PAUSE = timedelta(minutes=5)
SHORT_PAUSE = timedelta(seconds=30)


def error_from(body: Mapping[str, Any], *, pause: timedelta | None = None) -> ChannelError:
    """Return the error for Graph's `error` object, or one item of WhatsApp's `errors`.

    `pause` is the time to regain access the usage headers named, if they did.
    """
    code, subcode = _number(body.get("code")), _number(body.get("error_subcode"))
    name = f"{code}/{subcode}" if subcode else str(code or "")
    text = sentence_of(body)
    if code in REAUTH:
        return NeedsReauth(text, code=name)
    if code in THROTTLED:
        short = code in (613, 130429)
        return RateLimited(
            text, retry_at=datetime.now(UTC) + (pause or (SHORT_PAUSE if short else DEFAULT_PAUSE)), code=name
        )
    if code == PAIR_RATE:
        return ChannelError(text, code=name, reason="rate_limited")
    if (code, subcode) == NOT_FETCHED:
        return ChannelError(_ADDRESS.sub("…", text), code=name, reason="not_fetched")
    reason = _reason(code, subcode, text)
    if code in TRANSIENT or (body.get("is_transient") and reason in ("", "other")):
        return ChannelError(text, code=name)
    return ChannelError(text, permanent=True, code=name, reason=reason or "other")


def first_failure(result: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return what went wrong with the person to block: WhatsApp says it for each, and 139100 for all of them."""
    blocking = result.get("block_users")
    failed = blocking.get("failed_users") if isinstance(blocking, Mapping) else None
    errors = failed[0].get("errors") if isinstance(failed, list) and failed and isinstance(failed[0], Mapping) else None
    return errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], Mapping) else None


def sentence_of(body: Mapping[str, Any]) -> str:
    """Return what Meta wrote about an error, with the trace id its support asks for; never a token."""
    details = body.get("error_data")
    parts = [
        str(body.get("error_user_msg") or body.get("message") or body.get("title") or "The platform gave no reason."),
        str(details.get("details") or "") if isinstance(details, Mapping) else "",
    ]
    text = " ".join(part for part in dict.fromkeys(parts) if part)
    trace = body.get("fbtrace_id")
    return f"{text} [{trace}]" if trace else text


def _reason(code: int | None, subcode: int | None, text: str) -> str:
    if code is not None and subcode is not None and (code, subcode) in PAIRS:
        return PAIRS[code, subcode]
    reason = CODES.get(code, "") if code is not None else ""
    if reason in ("", "other"):
        return next((found for pattern, found in SENTENCES if pattern.search(text)), reason)
    return reason


def _number(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None
