"""Identifiers as the platforms make them: digit strings beyond 2^53 for posts, opaque ones for private messages."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time

_EPOCH_MS = 1288834974657  # start of X's snowflake ids: 2010-11-04


class Mint:
    """Makes ids that only grow, whatever the clocks do."""

    def __init__(self) -> None:
        self.last = 0

    def snowflake(self) -> str:
        """A number greater than every earlier one, made of real time as X does."""
        made = (time.time_ns() // 1_000_000 - _EPOCH_MS) << 22
        self.last = max(self.last + 1, made)
        return str(self.last)

    def tid(self) -> str:
        """The same as AT Protocol writes it: thirteen letters that sort by time."""
        number, letters = int(self.snowflake()), "234567abcdefghijklmnopqrstuvwxyz"
        return "".join(letters[number >> shift & 31] for shift in range(60, -1, -5))

    def seen(self, id: str) -> None:
        """Remember an id read back from the journal, so that later ones stay above it."""
        last = id.rsplit("_", 1)[-1]
        if last.isdigit() and len(last) < 25:
            self.last = max(self.last, int(last))


def digits(*parts: str, length: int = 15, prefix: str = "") -> str:
    """A digit string that is always the same for the same parts: a world lost and made again keeps its account ids."""
    number = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:12], "big")
    return prefix + str(number)[: length - len(prefix)].zfill(length - len(prefix))


def opaque(prefix: str, size: int = 27) -> str:
    """A random id such as Messenger's m_… or WhatsApp's wamid.…"""
    return prefix + base64.urlsafe_b64encode(secrets.token_bytes(size)).decode().rstrip("=")


def secret(*parts: str, length: int = 40) -> str:
    """A credential made of its parts, so that a rebuilt world accepts it."""
    made = base64.urlsafe_b64encode(hashlib.sha512(("sandbox\0" + "\0".join(parts)).encode()).digest()).decode()
    return made.replace("-", "x").replace("_", "y").rstrip("=")[:length]
