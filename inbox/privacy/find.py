"""Finds the person somebody asks about: by name, @handle, number, or the contact's code."""

from __future__ import annotations

from collections.abc import Sequence

from channels.models import Account
from inbox.contacts.linking import findable
from inbox.models import Contact, Identity
from webcare.lib.text import is_uuid


def contact_of(code: str) -> Contact | None:
    """Return a contact by the code that stands in its address."""
    return Contact.objects.filter(code=code).first() if is_uuid(code) else None


def matching(query: str) -> Sequence[Identity]:
    """Return accounts of people that fit, the newest first: whoever asks handles requests, and sees everybody."""
    everywhere = list(Account.objects.values_list("pk", flat=True))
    return list(findable(query, None, everywhere, ()))
