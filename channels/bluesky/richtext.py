"""Bluesky's text with its facets: links and names as spans of bytes. Pure.

Lexicon app.bsky.richtext.facet, and "Links, mentions, and rich text", docs.bsky.app (2026-09): the offsets count the
bytes of UTF-8, not characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

LINK, MENTION, TAG = "app.bsky.richtext.facet#link", "app.bsky.richtext.facet#mention", "app.bsky.richtext.facet#tag"
MOST_FACETS = 200
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_LINKS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_ENDS = ".,;:!?'\u2019\u201d)]}\u2026"
_NAMES = re.compile(r"(?<![\w@/])@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9])", re.IGNORECASE)
_TAGS = re.compile(r"(?<![\w#/&])#([^\W\d_][\w]{0,63})")


def readable(text: str, facets: object) -> str:
    """Return a text with where its links lead: apps show them shortened, and people put words over them."""
    content = text.encode("utf-8", "surrogatepass")
    last = len(content)
    for begins, ends, address in sorted(_links_of(facets, last), reverse=True):
        if ends > last:
            continue  # it overlaps the one behind it
        try:
            shown = content[begins:ends].decode()
        except UnicodeDecodeError:
            continue  # halfway through a character
        content = content[:begins] + _written_out(shown, address).encode("utf-8", "surrogatepass") + content[ends:]
        last = begins
    return content.decode("utf-8", "replace")


def _links_of(facets: object, length: int) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for facet in facets[:MOST_FACETS] if isinstance(facets, list) else []:
        place = facet.get("index") if isinstance(facet, Mapping) else None
        begins, ends = (place.get("byteStart"), place.get("byteEnd")) if isinstance(place, Mapping) else (None, None)
        features = facet.get("features") if isinstance(facet, Mapping) else None
        if not _is_place(begins) or not _is_place(ends) or not begins < ends <= length:
            continue
        for feature in features if isinstance(features, list) else []:
            address = feature.get("uri") if isinstance(feature, Mapping) and feature.get("$type") == LINK else None
            if isinstance(address, str) and _SCHEME.match(address) and not re.search(r"\s", address):
                found.append((begins, ends, address))
                break
    return found


def _is_place(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _written_out(shown: str, address: str) -> str:
    bare, whole = (
        _bare(shown.rstrip("\u2026").rstrip(".") if shown.endswith(("\u2026", "...")) else shown),
        _bare(address),
    )
    if not shown.strip() or bare == whole or (bare and shown.endswith(("\u2026", "...")) and whole.startswith(bare)):
        return address
    return f"{shown} ({address})"


def _bare(address: str) -> str:
    return _SCHEME.sub("", address.strip()).removeprefix("www.").rstrip("/").lower()


def facets_of(text: str, resolve: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return the facets of a text of ours; `resolve` gives whose a handle is, "" where it is nobody's."""
    found: list[tuple[int, int, dict[str, str]]] = []
    for link in _LINKS.finditer(text):
        address = link.group().rstrip(_ENDS)
        found.append((link.start(), link.start() + len(address), {"$type": LINK, "uri": address}))
    taken = [(begins, ends) for begins, ends, _feature in found]
    for name in _NAMES.finditer(text):
        if not _inside(name.start(), taken) and (did := resolve(name.group(1).lower())):
            found.append((name.start(), name.end(), {"$type": MENTION, "did": did}))
    for tag in _TAGS.finditer(text):
        if not _inside(tag.start(), taken):
            found.append((tag.start(), tag.end(), {"$type": TAG, "tag": tag.group(1)}))
    return [
        {"index": {"byteStart": _bytes(text[:begins]), "byteEnd": _bytes(text[:ends])}, "features": [feature]}
        for begins, ends, feature in sorted(found, key=lambda one: one[0])
    ]


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(begins <= place < ends for begins, ends in spans)


def _bytes(text: str) -> int:
    return len(text.encode())
