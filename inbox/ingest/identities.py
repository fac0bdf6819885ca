"""Who wrote: identities are found or made for a whole batch at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from channels.models import Account
from channels.platforms import platform_of
from channels.types import Author
from inbox.models import Contact, Identity, OtherId
from webcare.lib.statements import fetch, insert, insert_new, run, select

Owner = tuple[str, str]  # platform and scope: where an id counts

_FACTS = ("name", "handle", "phone", "avatar_url", "followers", "verified", "location")
_LONGEST_KNOWN = 120  # of a message's id; an identity's is shorter than that can be
UNKNOWN = "unknown:"  # stands before the message's id where the platform does not tell who wrote it


def scope_of(account: Account) -> str:
    """Return the scope of the person ids an account meets: "" for the whole platform, else the account's own id."""
    return "" if platform_of(account.platform).ids_count_everywhere else account.external_id


def unknown_author(external_id: str) -> Author:
    """Return an author for a message whose writer the platform does not tell."""
    if len(external_id) > _LONGEST_KNOWN:
        external_id = hashlib.sha256(external_id.encode()).hexdigest()
    return Author(external_id=f"{UNKNOWN}{external_id}")


@dataclass(slots=True)
class People:
    """The identities of one batch, by id and time, since ids change hands."""

    by_id: dict[str, Identity] = field(default_factory=dict)
    former: dict[str, list[tuple[datetime, Identity]]] = field(default_factory=dict)  # soonest ended first
    made: set[int] = field(default_factory=set)  # met for the first time: nothing is stored of them yet

    def of(self, author: Author, at: datetime) -> Identity:
        """Return the identity that had this id at that time. KeyError for someone the batch did not name."""
        return self.was_another(author.external_id, at) or self.by_id[author.external_id]

    def was_another(self, external_id: str, at: datetime) -> Identity | None:
        """Return whose id this was at that time, where it has changed hands since."""
        return next((identity for until, identity in self.former.get(external_id, ()) if at <= until), None)


def resolve_identities(account: Account, seen: Sequence[tuple[Author, datetime]]) -> People:
    """Find or make every author's identity, note newer facts, and lock them by id."""
    scope, people = scope_of(account), People()
    ids = sorted({known for author, _at in seen for known in (author.external_id, *author.also)})
    if not ids:
        return people
    ours = (account.platform, scope)
    people.former = _former(ours, ids)
    scoped = platform_of(account.platform).has_scoped_ids or any(author.also for author, _at in seen)
    others = _other_ids(ours, ids) if scoped else {}
    people.by_id |= _known(ours, ids, others)
    _match_other_ids(people, seen)
    newcomers: dict[str, list[tuple[Author, datetime]]] = {}
    named = named_as(author for author, _at in seen)
    for author, at in seen:
        if author.external_id not in people.by_id and not people.was_another(author.external_id, at):
            newcomers.setdefault(named[author.external_id], []).append((author, at))
    if newcomers:
        made = _create_identities(ours, newcomers)
        people.made = {identity.pk for identity in made}
        people.by_id |= {identity.external_id: identity for identity in made}
        if lost := sorted(newcomers.keys() - people.by_id.keys()):
            people.by_id |= {identity.external_id: identity for identity in _locked(ours, lost)}
        for external_id in {author.external_id for author, _at in seen} - people.by_id.keys():
            if named[external_id] in people.by_id:
                people.by_id[external_id] = people.by_id[named[external_id]]
    _save_facts(people, seen, others)
    return people


def _former(ours: Owner, ids: Sequence[str]) -> dict[str, list[tuple[datetime, Identity]]]:
    """Return whose these ids were until some time, soonest ended first."""
    rows = fetch(
        "SELECT external_id, until, identity_id FROM inbox_formerid"
        " WHERE platform = %s AND scope = %s AND external_id = ANY(%s::text[]) ORDER BY until",
        [*ours, ids],
    )
    identities = Identity.objects.in_bulk({pk for _id, _until, pk in rows}) if rows else {}
    former: dict[str, list[tuple[datetime, Identity]]] = {}
    for external_id, until, pk in rows:
        former.setdefault(external_id, []).append((until, identities[pk]))
    return former


def _save_facts(people: People, seen: Sequence[tuple[Author, datetime]], others: dict[str, int]) -> None:
    """Write what these authors tell of themselves: facts, times, and their other ids."""
    seen_at, changed = dict[int, Identity](), dict[int, Identity]()
    named: dict[str, Identity] = {}
    for author, at in sorted(seen, key=lambda sighting: sighting[1]):
        identity = people.of(author, at)
        before = dict(identity.told_at)
        if _rename(identity, author, at) | _update_facts(identity, author, at):
            changed[identity.pk] = identity
        if _widen_seen(identity, at) or identity.told_at != before:
            seen_at[identity.pk] = identity
        if not people.was_another(author.external_id, at):
            named |= {known: identity for known in (author.external_id, *author.also) if known not in others}
    _save_times([seen_at[pk] for pk in sorted(seen_at)])
    if changed:
        Identity.objects.bulk_update([changed[pk] for pk in sorted(changed)], ["external_id", *_FACTS])
    further = {known: identity for known, identity in named.items() if known != identity.external_id}
    store_other_ids(further)


def store_other_ids(named: Mapping[str, Identity]) -> None:
    """Write further ids down, each with the identity it belongs to."""
    if named:
        rows = [
            OtherId(identity=named[known], platform=named[known].platform, scope=named[known].scope, external_id=known)
            for known in sorted(named)
        ]
        OtherId.objects.bulk_create(rows, ignore_conflicts=True)


def _other_ids(ours: Owner, ids: Sequence[str]) -> dict[str, int]:
    return dict(
        fetch(
            "SELECT external_id, identity_id FROM inbox_otherid"
            " WHERE platform = %s AND scope = %s AND external_id = ANY(%s::text[])",
            [*ours, ids],
        )
    )


def _known(ours: Owner, ids: Collection[str], others: dict[str, int]) -> dict[str, Identity]:
    """Return the stored identities by each of these ids they go by, locked."""
    found = {identity.pk: identity for identity in _locked(ours, ids, others.values())}
    by_id = {external_id: found[pk] for external_id, pk in others.items() if pk in found}
    return by_id | {identity.external_id: identity for identity in found.values()}


def _match_other_ids(people: People, seen: Iterable[tuple[Author, datetime]]) -> None:
    """Find people who come with an unknown id beside a known one."""
    for author, _at in seen:
        known = next(
            (
                people.by_id[external_id]
                for external_id in (author.external_id, *author.also)
                if external_id in people.by_id
            ),
            None,
        )
        if known is not None:
            for external_id in (author.external_id, *author.also):
                people.by_id.setdefault(external_id, known)


def named_as(authors: Iterable[Author]) -> dict[str, str]:
    """Return for each id of these authors the one that names the person: of a number and a scoped id, the number."""
    groups: dict[str, set[str]] = {}
    own: set[str] = set()
    for author in authors:
        own.add(author.external_id)
        joined = {author.external_id, *author.also}
        for known in tuple(joined):
            joined |= groups.get(known, set())
        groups |= dict.fromkeys(joined, joined)
    return {
        known: min(group & own, key=lambda external_id: (not external_id.isdigit(), external_id))
        for known, group in groups.items()
    }


def _locked(ours: Owner, ids: Iterable[str], pks: Iterable[int] = ()) -> list[Identity]:
    return select(
        Identity,
        "WHERE id IN (SELECT id FROM inbox_identity"
        " WHERE platform = %s AND scope = %s AND external_id = ANY(%s::text[]) UNION SELECT unnest(%s::bigint[]))"
        " ORDER BY id FOR NO KEY UPDATE",
        [*ours, list(ids), list(pks)],
    )


def _create_identities(ours: Owner, newcomers: Mapping[str, Sequence[tuple[Author, datetime]]]) -> list[Identity]:
    """Make an identity with a contact of its own for each id; return those that nobody else made meanwhile."""
    identities = []
    for external_id in sorted(newcomers):
        sightings = sorted(newcomers[external_id], key=lambda sighting: sighting[1])
        identity = Identity(platform=ours[0], scope=ours[1], external_id=external_id)
        identity.first_seen_at = identity.last_seen_at = sightings[0][1]
        for author, at in sightings:
            _update_facts(identity, author, at)
            _widen_seen(identity, at)
        identities.append(identity)
    contacts = [Contact() for _identity in identities]
    insert(contacts)
    for identity, contact in zip(identities, contacts, strict=True):
        identity.contact_id = contact.pk
    made = insert_new(identities)
    if len(made) < len(identities):
        Contact.objects.filter(pk__in=[contact.pk for contact in contacts], identities=None).delete()
    return made


def _rename(identity: Identity, author: Author, at: datetime) -> bool:
    """Name somebody by number once it is told: that is what can be written to everywhere.

    Another spelling of the number names nobody anew. Another number does, when it is the newer one.
    """
    if not author.external_id.isdigit() or identity.external_id == author.external_id:
        return False
    if identity.external_id.isdigit() and (identity.external_id in author.also or at < identity.last_seen_at):
        return False
    identity.external_id = author.external_id
    return True


def _update_facts(identity: Identity, author: Author, at: datetime) -> bool:
    """Take over what is told newer than what we know; nothing told erases nothing. Returns whether anything changed."""
    before, moment = [getattr(identity, name) for name in _FACTS], _moment(at)
    for name in _FACTS:
        new, old = getattr(author, name), getattr(identity, name)
        if new in ("", None):
            continue
        # Facts from before their times were kept are as old as the last time somebody was seen.
        since = identity.told_at.get(name) or (_moment(identity.last_seen_at) if old not in ("", None) else "")
        if old in ("", None) or (moment, str(new)) > (since, str(old)):
            setattr(identity, name, new)
        identity.told_at[name] = max(moment, identity.told_at.get(name, ""))
    return before != [getattr(identity, name) for name in _FACTS]


def merge_facts(identity: Identity, other: Identity) -> None:
    """Copy facts of another identity that are newer or missing here; and write it."""
    for name in _FACTS:
        new, old = getattr(other, name), getattr(identity, name)
        newer = other.told_at.get(name, "") > identity.told_at.get(name, "")
        if new not in ("", None) and (old in ("", None) or newer):
            setattr(identity, name, new)
            identity.told_at[name] = other.told_at.get(name, "")
    _widen_seen(identity, other.first_seen_at)
    _widen_seen(identity, other.last_seen_at)
    identity.save(update_fields=[*_FACTS, "told_at", "first_seen_at", "last_seen_at"])


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _widen_seen(identity: Identity, at: datetime) -> bool:
    """Widen the span in which somebody was seen. Returns whether it grew."""
    before = (identity.first_seen_at, identity.last_seen_at)
    identity.first_seen_at = min(identity.first_seen_at, at)
    identity.last_seen_at = max(identity.last_seen_at, at)
    return before != (identity.first_seen_at, identity.last_seen_at)


def _save_times(identities: Sequence[Identity]) -> None:
    if not identities:
        return
    run(
        "UPDATE inbox_identity i SET first_seen_at = s.first, last_seen_at = s.last, told_at = s.told::jsonb"
        " FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::text[]) AS s(id, first, last, told)"
        " WHERE i.id = s.id",
        [
            [identity.pk for identity in identities],
            [identity.first_seen_at for identity in identities],
            [identity.last_seen_at for identity in identities],
            [json.dumps(identity.told_at) for identity in identities],
        ],
    )
