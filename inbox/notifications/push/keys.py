"""The key that push services know Webcare by (VAPID, RFC 8292): made once, kept encrypted."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction

from channels import secrets
from inbox.models import PushKey, PushSubscription


def current() -> PushKey:
    """Return the key; make it where there is none yet. Two that make it at once get the same."""
    found = PushKey.objects.first()
    if found is None:
        PushKey.objects.bulk_create([_made()], ignore_conflicts=True)
        found = PushKey.objects.get()
    return found


def private_of(key: PushKey) -> str:
    """Return the private half, in the form py-vapid reads. Raises CredentialsUnreadable."""
    return secrets.unseal(key.sealed_private)["private"]


@transaction.atomic
def renew() -> int:
    """Make another key, and forget the browsers that knew the old one; return how many those were."""
    PushKey.objects.all().delete()
    _made().save(force_insert=True)
    return PushSubscription.objects.all().delete()[1].get("inbox.PushSubscription", 0)


def _made() -> PushKey:
    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    number = key.private_numbers().private_value.to_bytes(32, "big")
    return PushKey(public=_text(point), sealed_private=secrets.seal({"private": _text(number)}))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
