"""Meta's signed requests, which it posts to an app's callbacks.

Meta for Developers, "Data Deletion Request Callback".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable

LONGEST = 4000


def user_in(signed: str, secrets: Iterable[str]) -> str:
    """Return whom a signed request is about, by the id our app knows them by; "" where it is not Meta's.

    Every secret is tried, so that the time taken tells nothing.
    """
    signature, _dot, payload = signed.partition(".")
    if len(signed) > LONGEST:
        return ""
    try:
        sent, data = _decoded(signature), json.loads(_decoded(payload))
    except (binascii.Error, ValueError):
        return ""
    made = [hmac.new(secret.encode(), payload.encode(), hashlib.sha256).digest() for secret in secrets]
    matches = [hmac.compare_digest(sent, right) for right in made]
    if not any(matches) or not isinstance(data, dict) or str(data.get("algorithm")).upper() != "HMAC-SHA256":
        return ""
    return str(data.get("user_id") or "")


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
