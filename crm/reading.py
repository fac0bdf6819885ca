"""Values out of a CRM's answer, whatever stands there: wrong types count as nothing, and everything is cut."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

LONGEST_ADDRESS = 1000
MOST_ROWS = 20


def mapping_in(value: Any) -> Mapping[str, Any]:
    """Return an object, {} for anything else."""
    return value if isinstance(value, Mapping) else {}


def text_in(value: Mapping[str, Any], name: str, longest: int = 300) -> str:
    """Return a text or number by its name, in one line and cut; "" for anything else."""
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    return " ".join(str(found)[: 4 * longest].split())[:longest]


def address_in(value: Mapping[str, Any], name: str) -> str:
    """Return an address that a page may link to: https, or the sandbox that is set; "" for anything else."""
    return safe_address(text_in(value, name, LONGEST_ADDRESS + 1))


def safe_address(url: str) -> str:
    """Return an address that a page may link to, "" for any other."""
    if len(url) > LONGEST_ADDRESS or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    if settings.MEDIA_SANDBOX and url.startswith(f"{settings.MEDIA_SANDBOX}/"):
        return url
    return url if parts.scheme == "https" and host and not parts.username else ""


def rows_in(value: Mapping[str, Any], name: str, most: int = MOST_ROWS) -> list[Mapping[str, Any]]:
    """Return the objects of a list by its name, at most so many; what is none is left out."""
    found = value.get(name)
    rows = found if isinstance(found, list) else []
    return [row for row in rows[:most] if isinstance(row, Mapping)]


def moment_of(value: Any) -> datetime | None:
    """Return a moment or day as ISO 8601 has it; None for anything else. A day begins here."""
    if not isinstance(value, str) or not 8 <= len(value) <= 40:  # noqa: PLR2004
        return None
    try:
        found = datetime.fromisoformat(value)
        aware = found if found.tzinfo else timezone.make_aware(found)
        return aware if 1900 <= aware.astimezone(UTC).year <= 2200 else None  # noqa: PLR2004
    except (ValueError, OverflowError):
        return None
