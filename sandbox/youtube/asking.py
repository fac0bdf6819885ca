"""Lists as the API gives them: parameters looked at, cut into pages, with tokens that fit one list only."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from sandbox.web import Call, Reply
from sandbox.youtube import errors
from sandbox.youtube.objects import etag

COMMON = frozenset({"part", "alt", "prettyPrint", "fields", "quotaUser"})


def refusal(call: Call, known: frozenset[str], parts: frozenset[str]) -> Reply | None:
    """The refusal of a call whose parameters do not fit; None where they do."""
    asked = call.params
    if not asked.get("part"):
        return errors.missing_parameter("part")
    unknown = asked.keys() - known - COMMON
    if unknown:
        name = sorted(unknown)[0]
        words = f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query parameter.'
        return errors.error(400, "badRequest", words, "global", status="INVALID_ARGUMENT")
    wrong = set(asked["part"].split(",")) - parts
    if wrong:
        return errors.error(400, "unknownPart", f"'{sorted(wrong)[0]}'", "youtube.part", "part")
    return None


def page_size(asked: dict[str, str], usual: int, most: int) -> int | None:
    """How many items a page has; None for a number that does not fit."""
    text = asked.get("maxResults", str(usual))
    return int(text) if text.isdigit() and 1 <= int(text) <= most else None


def listed(kind: str, items: Sequence[Any], asked: dict[str, str], size: int, show: Any) -> Reply:
    """One page of items."""
    mark = etag(*(f"{name}={asked[name]}" for name in sorted(asked) if name not in ("pageToken", "maxResults")))
    start = _start(asked.get("pageToken", ""), mark)
    if start is None:
        return errors.page_token()
    body: dict[str, Any] = {"kind": f"youtube#{kind}ListResponse", "etag": etag(mark, start, len(items))}
    if start + size < len(items):
        body["nextPageToken"] = base64.urlsafe_b64encode(f"{mark}:{start + size}".encode()).decode()
    shown = items[start : start + size]
    body["pageInfo"] = {"totalResults": len(shown), "resultsPerPage": size}
    body["items"] = [show(item) for item in shown]
    return Reply(200, body, {"etag": body["etag"]})


def _start(token: str, mark: str) -> int | None:
    if not token:
        return 0
    try:
        known, _, number = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
    except ValueError:
        return None
    return int(number) if known == mark and number.isdigit() else None
