"""Parts of JSON from outside, as what they have to be. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def mapping(item: object) -> Mapping[str, Any]:
    """Return an object. Raises TypeError for anything else."""
    if not isinstance(item, Mapping):
        raise TypeError("This is no object.")
    return item


def named(value: object) -> str:
    """Return an id. Raises TypeError for what is no text, or an empty one."""
    if not isinstance(value, str) or not value:
        raise TypeError("This is no id.")
    return value


def said(told: Mapping[str, Any], name: str) -> str:
    """Return a text by its name in an object; "" where there is none."""
    value = told.get(name)
    return value if isinstance(value, str) else ""


def web(url: str) -> str:
    """Return an address of the web; "" for any other."""
    return url if url.startswith(("https://", "http://")) else ""
