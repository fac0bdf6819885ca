"""Tokens made and revoked, and who may do so."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from api.tokens.models import Scope, Token
from inbox.access import makes_tokens
from inbox.models import Event, Organisation, User
from inbox.models.rights import Right, holding

START = "wct_"
LONGEST_DAYS = 366


def visible_to(user: User) -> QuerySet[Token]:
    """Return the tokens somebody sees and revokes: an admin all, another those that act in their name."""
    rows = Token.objects.select_related("person", "made_by")
    return rows if user.is_admin else rows.filter(person=user)


def possible_people(user: User) -> QuerySet[User]:
    """Return in whose name somebody may make tokens: admins in anybody's who works here, others in their own."""
    people = User.objects.filter(is_active=True).filter(holding(Right.WORK))
    people = people.order_by("first_name", "last_name", "pk")
    if user.is_admin:
        return people
    return people.filter(pk=user.pk) if makes_tokens(user) else people.none()


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
def revoke(token: Token, by: User | None) -> None:
    """End a token at once, for good."""
    if Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        Event.note("token_revoked", actor=by, to=token.person_id, called=token.name)


@transaction.atomic
def revoke_all(person: User, by: User | None) -> None:
    """End every token that acts as somebody, for good: should they come back, nobody knows who has the keys."""
    for token in Token.objects.filter(person=person, revoked_at=None).select_for_update().order_by("pk"):
        revoke(token, by)


def works(token: Token, person: User) -> bool:
    """Whether a token opens anything now. One that somebody made for themselves needs that they still may."""
    return token.is_usable and (token.made_by_id != person.pk or makes_tokens(person))


def asleep(rows: Collection[Token]) -> set[int]:
    """Return which tokens open nothing until those who made them for themselves may have tokens again."""
    own = [row for row in rows if row.is_usable and row.made_by_id == row.person_id and not row.person.has(Right.API)]
    everybody = bool(own) and Organisation.current().own_tokens
    return {row.pk for row in own if not (everybody and row.person.has(Right.WORK))}


def scopes_for(user: User) -> list[tuple[str, str]]:
    """Return the scopes that make sense with somebody's tokens."""
    needs = {Scope.REPLY: user.has(Right.ANSWER), Scope.FIGURES: user.has(Right.FIGURES)}
    return [(scope, str(title)) for scope, title in Scope.choices if needs.get(Scope(scope), True)]


def digest_of(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode()).hexdigest()
