"""Finds the person somebody asks about: by name, @handle, number, or the contact's code."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet

from inbox.contacts.linking import findable
from inbox.models import Contact, Identity, User
from webcare.lib.text import is_uuid


def contact_of(code: str) -> Contact | None:
    """Return a contact by the code that stands in its address."""
    return Contact.objects.filter(code=code).first() if is_uuid(code) else None


def matching(query: str, by: User) -> Sequence[Identity]:
    """Return accounts of people that fit and that somebody may see, the newest first."""
    return list(findable(query, None, _accounts(by), by.closed_teams))


def seen_by(by: User) -> QuerySet[Contact]:
    """Return the people somebody may see."""
    return Contact.objects.filter(pk__in=Identity.objects.visible_in(_accounts(by), by.closed_teams).values("contact"))


def _accounts(by: User) -> list[int]:
    return list(by.readable_accounts().values_list("pk", flat=True))
