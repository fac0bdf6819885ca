"""Tokens made and revoked, and who may do so."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from api.tokens.models import Token
from inbox.models import Event, User
from inbox.models.rights import Right, holding

START = "wct_"
LONGEST_DAYS = 366


def visible_to(user: User) -> QuerySet[Token]:
    """Return the tokens somebody sees and revokes: an admin all, another those that act in their name."""
    rows = Token.objects.select_related("person", "made_by")
    return rows if user.is_admin else rows.filter(person=user)


def possible_people(user: User) -> QuerySet[User]:
    """Return in whose name somebody may make tokens: admins in anybody's who works here, leads in their own."""
    people = User.objects.filter(is_active=True).filter(holding(Right.WORK))
    people = people.order_by("first_name", "last_name", "pk")
    if user.is_admin:
        return people
    return people.filter(pk=user.pk) if user.has(Right.API) else people.none()


@transaction.atomic
def issue(
    name: str, person: User, by: User, *, scopes: Collection[str], days: int, accounts: Collection[int] | None = None
) -> tuple[Token, str]:
    """Make a token; return it and its key, which is shown this once and kept nowhere."""
    prefix = secrets.token_hex(4)
    key = f"{START}{prefix}_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        name=name, person=person, made_by=by, prefix=prefix, digest=digest_of(key), scopes=sorted(scopes),
        accounts=None if accounts is None else sorted(accounts),
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    Event.note("token_added", actor=by, to=person.pk, called=name)
    return token, key


@transaction.atomic
def revoke(token: Token, by: User) -> None:
    """End a token at once, for good."""
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        Event.note("token_revoked", actor=by, to=token.person_id, called=token.name)


def digest_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
