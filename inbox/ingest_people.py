"""Who wrote: identities are found or made for a whole batch at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from channels.models import Account
from channels.types import Author
from inbox.models import Contact, FormerId, Identity

# Platforms whose ids for people count everywhere. On the others each page has its own ids for the same person.
_ONE_SCOPE = frozenset({"x", "whatsapp"})
_FACTS = ("name", "handle", "phone", "avatar_url", "followers", "verified", "location")
_LONGEST = {"name": 200, "handle": 120, "phone": 20, "avatar_url": 1000, "location": 200}
UNKNOWN = "unknown:"  # stands before the message's id where the platform does not tell who wrote it


def scope_of(account: Account) -> str:
    """Return the scope of the person ids an account meets: "" for the whole platform, else the account's own id."""
    return "" if account.platform in _ONE_SCOPE else account.external_id


def stand_in(external_id: str) -> Author:
    """Return an author for a message whose writer the platform does not tell."""
    return Author(external_id=f"{UNKNOWN}{external_id}")


@dataclass(slots=True)
class People:
    """The identities of one batch, found by id and time (an id may have changed hands)."""

    by_id: dict[str, Identity] = field(default_factory=dict)
    former: dict[str, list[tuple[datetime, Identity]]] = field(default_factory=dict)  # soonest ended first

    def of(self, author: Author, at: datetime) -> Identity:
        """Return the identity that had this id at that time. KeyError for someone the batch did not name."""
        for until, identity in self.former.get(author.external_id, ()):
            if at <= until:
                return identity
        return self.by_id[author.external_id]


def meet(account: Account, seen: Sequence[tuple[Author, datetime]]) -> People:
    """Find or make the identity of every author, note newer facts, and lock them in the order of their ids."""
    scope, people = scope_of(account), People()
    ids = sorted({author.external_id for author, _at in seen})
    if not ids:
        return people
    ours = Q(platform=account.platform, scope=scope)
    for former in FormerId.objects.filter(ours, external_id__in=ids).select_related("identity").order_by("until"):
        people.former.setdefault(former.external_id, []).append((former.until, former.identity))
    by_id = people.by_id
    by_id |= {one.external_id: one for one in _locked(ours, ids)}
    newcomers: dict[str, list[tuple[Author, datetime]]] = {}
    for author, at in seen:
        if author.external_id not in by_id and not any(
            at <= until for until, _i in people.former.get(author.external_id, ())
        ):
            newcomers.setdefault(author.external_id, []).append((author, at))
    if newcomers:
        _introduce(account.platform, scope, newcomers)
        by_id |= {one.external_id: one for one in _locked(ours, sorted(newcomers))}
    seen_at, changed = {}, {}
    for author, at in sorted(seen, key=lambda one: one[1]):
        identity = people.of(author, at)
        if _learn(identity, author, at):
            changed[identity.pk] = identity
        if _see(identity, at):
            seen_at[identity.pk] = identity
    _save_times([seen_at[pk] for pk in sorted(seen_at)])
    if changed:
        Identity.objects.bulk_update([changed[pk] for pk in sorted(changed)], _FACTS)
    return people


def _locked(ours: Q, ids: Iterable[str]) -> Iterable[Identity]:
    return Identity.objects.filter(ours, external_id__in=ids).select_for_update(no_key=True).order_by("pk")


def _introduce(platform: str, scope: str, newcomers: dict[str, list[tuple[Author, datetime]]]) -> None:
    """Make an identity with a contact of its own for each id; the loser of a race uses the winner's."""
    made = []
    for external_id in sorted(newcomers):
        told = sorted(newcomers[external_id], key=lambda one: one[1])
        identity = Identity(platform=platform, scope=scope, external_id=external_id)
        identity.first_seen_at = identity.last_seen_at = told[0][1]
        for author, at in told:
            _learn(identity, author, at)
            _see(identity, at)
        made.append(identity)
    contacts = Contact.objects.bulk_create([Contact() for _identity in made])
    for identity, contact in zip(made, contacts, strict=True):
        identity.contact = contact
    Identity.objects.bulk_create(made, ignore_conflicts=True)
    Contact.objects.filter(pk__in=[contact.pk for contact in contacts], identities=None).delete()


def _learn(identity: Identity, author: Author, at: datetime) -> bool:
    """Take over what is newer, or not known yet. Returns whether anything changed."""
    newer, before = at >= identity.last_seen_at, [getattr(identity, name) for name in _FACTS]
    for name in _FACTS:
        told = _fitting(name, getattr(author, name))
        if told not in ("", None) and (newer or getattr(identity, name) in ("", None)):
            setattr(identity, name, told)
    return before != [getattr(identity, name) for name in _FACTS]


def _see(identity: Identity, at: datetime) -> bool:
    """Widen the span in which somebody was seen. Returns whether it grew."""
    before = (identity.first_seen_at, identity.last_seen_at)
    identity.first_seen_at = min(identity.first_seen_at, at)
    identity.last_seen_at = max(identity.last_seen_at, at)
    return before != (identity.first_seen_at, identity.last_seen_at)


def _save_times(identities: Sequence[Identity]) -> None:
    if not identities:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_identity i SET first_seen_at = s.first, last_seen_at = s.last"
            " FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS s(id, first, last) WHERE i.id = s.id",
            [
                [one.pk for one in identities],
                [one.first_seen_at for one in identities],
                [one.last_seen_at for one in identities],
            ],
        )


def _fitting(name: str, told: Any) -> Any:
    """Cut a text to its column: a name that is too long must not cost the message."""
    if isinstance(told, str):
        told = told.replace("\x00", "")
        longest = _LONGEST[name]
        # An address that was cut leads nowhere, so it is left out instead.
        return ("" if name == "avatar_url" else told[:longest]) if len(told) > longest else told
    if name == "followers" and told is not None:
        return max(0, min(int(told), 2**31 - 1))
    return told
