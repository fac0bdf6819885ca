"""Records of ours in the account's repository: their keys, and what points at them. Pure.

AT Protocol, "Record keys" and "Timestamp identifiers (TIDs)" (2026-09).
"""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

POST, LIKE, BLOCK, REPOST = "app.bsky.feed.post", "app.bsky.feed.like", "app.bsky.graph.block", "app.bsky.feed.repost"
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
# The year 2023, in microseconds: a key of ours is never one of a moment to come.
_FIRST, _SPAN = 1_672_531_200_000_000, 31_536_000_000_000
_URI = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]{1,200})/([A-Za-z0-9.-]{1,200})/([A-Za-z0-9._:~-]{1,512})")


class Place(NamedTuple):
    """Where a record is: whose, of which collection, under which key."""

    did: str
    collection: str
    key: str


def key_of(reference: str) -> str:
    """Return the key of what we put under a reference: the same each time, so that it is put there once."""
    number = int.from_bytes(hashlib.sha256(reference.encode()).digest()[:24], "big")
    value = (_FIRST + number % _SPAN) << 10 | (number >> 128) & 0x3FF
    return "".join(_LETTERS[value >> shift & 31] for shift in range(60, -1, -5))


def uri_of(did: str, collection: str, key: str) -> str:
    """Return a record's address."""
    return f"at://{did}/{collection}/{key}"


def place_of(uri: str) -> Place | None:
    """Read a record's address; None for what is none."""
    found = _URI.fullmatch(uri)
    return Place(*found.groups()) if found else None


def web_address(uri: str, handle: str = "") -> str:
    """Return where people read a post; "" for what is none."""
    place = place_of(uri)
    if place is None or place.collection != POST:
        return ""
    return f"https://bsky.app/profile/{handle or place.did}/post/{place.key}"
