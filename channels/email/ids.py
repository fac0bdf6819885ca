"""Message-IDs as ids of messages, and addresses as ids of people.

Ours are made of an answer's reference and proven by a key: nobody else can name an answer that we did not send.
Others' carry a mark of who wrote: whoever takes somebody else's Message-ID writes a message of their own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from django.utils.crypto import constant_time_compare, salted_hmac

LONGEST = 240  # characters; a message's id has 255, the mark included
LONGEST_ADDRESS = 160
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
OWN_TAG = ".webcare@"  # stands in each of ours
_OWN = re.compile(rf"({_UUID})\.([0-9a-f]{{12}}){re.escape(OWN_TAG)}[a-z0-9.-]{{1,120}}")
_MARK = re.compile(r"/[0-9a-f]{8}\Z")
_UNNAMED = ("long.", "none.")
_ADDRESS = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@[\w.-]{1,120}")


def is_address(text: str) -> bool:
    """Whether a text is an address that can be written to."""
    return len(text) <= LONGEST_ADDRESS and bool(_ADDRESS.fullmatch(text)) and not text.endswith((".", "-"))


def person_of(address: str) -> str:
    """Return an address as somebody's id. Nobody gets two mailboxes by capitals: Jan@ and jan@ are one person."""
    return address.strip().lower()


def own_id(reference: str, address: str) -> str:
    """Return the Message-ID of an answer of ours, without brackets: the same for each try."""
    return f"{reference}.{_proof(reference)}{OWN_TAG}{_ascii_host(address)}"


def reference_of(message_id: str) -> str:
    """Return the reference of an answer by its Message-ID; "" for one that is not ours."""
    found = _OWN.fullmatch(message_id)
    return found[1] if found and constant_time_compare(found[2], _proof(found[1])) else ""


def own_ids_in(text: str) -> list[str]:
    """Return the Message-IDs of ours that a text names, in its order."""
    return [found[0] for found in _OWN.finditer(text) if reference_of(found[0])]


def external_id(message_id: str, author: str) -> str:
    """Return a message's id in the inbox: ours as it is, another's marked with its author's address."""
    if reference_of(message_id):
        return message_id
    if len(message_id) > LONGEST:
        message_id = f"long.{hashlib.sha256(message_id.encode(errors='replace')).hexdigest()}"
    return f"{message_id}/{hashlib.sha256(author.encode()).hexdigest()[:8]}"


def unnamed_id(raw: bytes, author: str) -> str:
    """Return the id of a mail that has no Message-ID: the same mail has the same."""
    return external_id(f"none.{hashlib.sha256(raw).hexdigest()}", author)


def message_id(external_id: str) -> str:
    """Return the Message-ID behind an id of the inbox; "" where there is none to name."""
    bare = _MARK.sub("", external_id)
    return "" if bare.startswith(_UNNAMED) else bare


def message_ids(external_ids: Iterable[str]) -> list[str]:
    """Return the Message-IDs behind these, each once."""
    return list(dict.fromkeys(named for known in external_ids if (named := message_id(known))))


def _proof(reference: str) -> str:
    return salted_hmac("channels.email", reference, algorithm="sha256").hexdigest()[:12]


def _ascii_host(address: str) -> str:
    host = address.rpartition("@")[2].lower()
    try:
        return host.encode("idna").decode()[:120]
    except UnicodeError:
        return "invalid"
