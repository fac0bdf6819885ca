"""Values out of a CRM's answer, whatever stands there: wrong types count as nothing, and everything is cut."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

LONGEST_ADDRESS = 1000


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
