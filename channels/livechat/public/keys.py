"""Visitors' keys: unguessable, kept by the browser alone. We hold a hash, as of a password nobody chose."""

from __future__ import annotations

import hashlib
import secrets

from django.db import IntegrityError, transaction
from django.utils import timezone

from channels.livechat.identity import Identity
from channels.models import Account, ChatKey, ChatVisitor

MOST_KEYS = 20  # of one visitor: devices of somebody who is signed in on the site
_LENGTH = 43  # what token_urlsafe makes of 32 bytes


def begin(account: Account, language: str, who: Identity | None) -> tuple[ChatVisitor, str]:
    """Return a visitor and a new key: somebody new, or the one the site's word names."""
    visitor = _known(account, language, who) if who else ChatVisitor.objects.create(account=account, language=language)
    key = secrets.token_urlsafe(32)
    ChatKey.objects.create(visitor=visitor, digest=digest_of(key))
    old = visitor.keys.order_by("-made_at", "-pk").values_list("pk", flat=True)[MOST_KEYS:]
    ChatKey.objects.filter(pk__in=list(old)).delete()
    return visitor, key


def owner_of(key: str) -> ChatVisitor | None:
    """Return whose key this is."""
    if len(key) != _LENGTH:
        return None
    return ChatVisitor.objects.filter(keys__digest=digest_of(key)).select_related("account").first()


def digest_of(key: str) -> str:
    """Return what is kept of a key. It has 256 bits of chance: nothing has to be made slow."""
    return hashlib.sha256(key.encode()).hexdigest()


def _known(account: Account, language: str, who: Identity) -> ChatVisitor:
    # Forgotten here and back again, they are the same to the inbox.
    named = hashlib.sha256(f"{account.external_id} {who.id}".encode()).hexdigest()[:32]
    made = {"external_id": f"u-{named}"}
    fresh = {"name": who.name, "email": who.email, "language": language, "seen_at": timezone.now()}
    try:
        with transaction.atomic():
            visitor, _made = ChatVisitor.objects.update_or_create(
                account=account, user_id=who.id, defaults=fresh, create_defaults=fresh | made
            )
    except IntegrityError:  # two browsers of theirs at once
        visitor = ChatVisitor.objects.get(account=account, user_id=who.id)
    return visitor
