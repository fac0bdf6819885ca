"""Who a visitor is by the site's own word, signed with the chat's secret.

A token is two parts with a dot between: JSON in base64url, and the HMAC-SHA256 of that part in hexadecimal.
The JSON holds `id` and `exp` (seconds since 1970), and may hold `name` and `email`. docs/connecting-accounts.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from webcare.lib.text import clean, read_json

LONGEST, LONGEST_ID = 2000, 120
FURTHEST = timedelta(days=1)  # a token that works longer than that is not taken: it would be a password


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the site says this is."""

    id: str
    name: str = ""
    email: str = ""


def read(token: str, secret: str, now: datetime) -> Identity | None:
    """Return who a token names; None where its signature, its time or its shape is not right."""
    body, dot, signature = token.partition(".")
    made = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
    right = hmac.compare_digest(made.encode(), signature.encode())
    if not (right and secret and dot and len(token) <= LONGEST):
        return None
    try:
        said = read_json(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, binascii.Error):
        return None
    if not isinstance(said, dict):
        return None
    who, ends = said.get("id"), said.get("exp")
    # Cut or cleaned it could be somebody else's.
    if not isinstance(who, str) or not who or clean(who) != who or len(who) > LONGEST_ID:
        return None
    if isinstance(ends, bool) or not isinstance(ends, int | float):
        return None
    if not now.timestamp() < ends <= (now + FURTHEST).timestamp():
        return None
    return Identity(who, _line(said.get("name"), 120), _line(said.get("email"), 254))


def _line(value: object, most: int) -> str:
    return " ".join(clean(value).split())[:most] if isinstance(value, str) else ""
