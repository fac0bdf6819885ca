"""What was erased stays away: messages that are told again, and authors, are known by a hash of their id alone."""

from __future__ import annotations

import hashlib
import hmac
import secrets as random
import uuid
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from channels import secrets
from channels.models import Account
from channels.types import (
    DeliveryReport,
    Edit,
    Hidden,
    Incoming,
    IncomingMessage,
    Reaction,
    Removal,
)
from inbox.models import ErasedId, ErasureKey
from webcare.lib.statements import fetch

_OF_A_MESSAGE = (IncomingMessage, Edit, Removal, Reaction, DeliveryReport, Hidden)


def digest_of(key: bytes, account_id: int, external_id: str) -> uuid.UUID:
    """Return what is kept of the id of an erased message."""
    return uuid.UUID(bytes=hmac.digest(key, f"{account_id}:{external_id}".encode(), hashlib.sha256)[:16])


def key() -> bytes:
    """Return the key; make it where there is none yet. Two that make it at once get the same."""
    found = ErasureKey.objects.first()
    if found is None:
        made = ErasureKey(sealed=secrets.seal({"key": random.token_hex(32)}))
        ErasureKey.objects.bulk_create([made], ignore_conflicts=True)
        found = ErasureKey.objects.get()
    return _opened(found.sealed)


def remember(account_ids: Iterable[tuple[int, str]]) -> None:
    """Keep these messages of accounts away from now on."""
    secret = key()
    _keep(digest_of(secret, account_id, external_id) for account_id, external_id in account_ids)


def remember_authors(platform: str, ids: Iterable[str]) -> None:
    """Keep what these people write where nobody addresses us away from now on."""
    secret = key()
    _keep(_of_author(secret, platform, author) for author in ids)


def erased_authors(platform: str, ids: Collection[str]) -> set[str]:
    """Return which of these authors were erased."""
    sealed = fetch("SELECT sealed FROM inbox_erasurekey") if ids else []
    if not sealed:
        return set()
    secret = _opened(sealed[0][0])
    digests = {_of_author(secret, platform, author): author for author in ids}
    found = fetch("SELECT digest FROM inbox_erasedid WHERE digest = ANY(%s::uuid[])", [list(digests)])
    return {digests[digest] for (digest,) in found}


def _of_author(secret: bytes, platform: str, author: str) -> uuid.UUID:
    return digest_of(secret, 0, f"author:{platform}:{author}")  # no account has this id


def _keep(digests: Iterable[uuid.UUID]) -> None:
    rows = [ErasedId(digest=digest) for digest in sorted(set(digests))]
    ErasedId.objects.bulk_create(rows, ignore_conflicts=True)


def without_erased(account: Account, events: Sequence[Incoming]) -> Sequence[Incoming]:
    """Return the events that are about no erased message. Ask with the account locked: erasing holds it too."""
    ids = {id(event): _ids_of(event) for event in events if isinstance(event, _OF_A_MESSAGE)}
    if not any(ids.values()):
        return events
    sealed = fetch("SELECT sealed FROM inbox_erasurekey")
    if not sealed:
        return events
    secret = _opened(sealed[0][0])
    digests = {digest_of(secret, account.pk, known): known for names in ids.values() for known in names}
    found = fetch("SELECT digest FROM inbox_erasedid WHERE digest = ANY(%s::uuid[])", [list(digests)])
    gone = {digests[digest] for (digest,) in found}
    return [event for event in events if gone.isdisjoint(ids.get(id(event), ()))] if gone else events


def _ids_of(event: Incoming) -> tuple[str, ...]:
    first = event.first_external_id if isinstance(event, IncomingMessage) else ""
    return tuple(known for known in (getattr(event, "external_id", ""), first) if known)


@lru_cache(maxsize=4)
def _opened(sealed: str) -> bytes:
    return bytes.fromhex(secrets.unseal(sealed)["key"])
