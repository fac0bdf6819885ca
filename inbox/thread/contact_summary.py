"""What the contact panel shows of a person."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import QuerySet
from django.utils import timezone

from inbox.models import Conversation, Escalation, Identity, IdentityMove, Organisation
from webcare.lib import masks
from webcare.lib.prepared import Given, Prepared, among
from webcare.lib.statements import fetch

if TYPE_CHECKING:
    from inbox.models import User
    from inbox.thread.query import Line

LATELY = timedelta(days=90)  # after a surprise
FACES = 12  # past moods shown
CAUTION = 0.5  # share of unhappy ones among them from which to be careful, when there are
ENOUGH = 3
UNDO_WITHIN = timedelta(days=7)
REPEATED_WITHIN = timedelta(days=365)
_UNHAPPY = (Conversation.Mood.ANGRY, Conversation.Mood.ANNOYED)


class Face(NamedTuple):
    """A past mood."""

    mood: str
    at: datetime


class Said(NamedTuple):
    """What a colleague did or wrote: a note, a block, a question to the reader."""

    id: int
    at: datetime
    text: str
    who: str | None


class OpenQuestion(NamedTuple):
    """What a colleague was asked and has not answered yet."""

    code: str
    at: datetime
    text: str
    by: str  # "" where no colleague asked
    to: str  # "" for every lead
    by_me: bool
    for_me: bool  # whether the reader may answer it


class KnownAs(NamedTuple):
    """One identity of the person's."""

    id: int
    platform: str
    handle: str  # with its @, or an address
    phone: str
    name: str
    followers: int | None
    verified: bool
    is_masked: bool  # whether the reader sees its number or address masked


class Alike(NamedTuple):
    """An identity that looks like one of our accounts."""

    identity: int
    account: str  # as a colleague knows it


class Move(NamedTuple):
    """An identity that was linked, which can still be undone."""

    id: int
    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Moods:
    """A person's past moods, oldest first, and what they add up to."""

    faces: tuple[Face, ...]

    @property
    def unhappy(self) -> int:
        """How many were angry or annoyed."""
        return sum(face.mood in _UNHAPPY for face in self.faces)

    @property
    def neutral(self) -> int:
        """How many were neither."""
        return sum(face.mood == Conversation.Mood.NEUTRAL for face in self.faces)

    @property
    def happy(self) -> int:
        """How many were happy."""
        return sum(face.mood == Conversation.Mood.HAPPY for face in self.faces)

    @property
    def caution(self) -> bool:
        """Whether this person was unhappy so often that it is worth a warning."""
        return len(self.faces) >= ENOUGH and self.unhappy / len(self.faces) >= CAUTION


@dataclass(frozen=True, slots=True)
class ContactSummary:
    """What a conversation's page shows of the person, as far as the reader's accounts tell."""

    known_as: tuple[KnownAs, ...]
    conversation_count: int
    met_at: datetime | None
    heard_at: datetime | None
    moods: Moods
    notes: tuple[Said, ...]
    surprises: tuple[Said, ...]  # the newest first
    blocks: tuple[Said, ...]  # each with its reason
    moves: tuple[Move, ...]  # the last one that can still be undone
    named_by: tuple[Said, ...]  # notes that ask for the reader
    question: OpenQuestion | None
    label_names: tuple[str, ...]
    raised: tuple[Said, ...]  # labels whose feedback was passed on, and when
    last_tone: str
    alike: tuple[Alike, ...]  # of the person's identities, and
    looks_like: str  # the account that who writes here looks like; "" for none

    @property
    def is_masked(self) -> bool:
        """Whether the reader sees a number of theirs masked."""
        return any(known.is_masked for known in self.known_as)

    @property
    def surprised_lately(self) -> bool:
        """Whether another surprise would soon be expected."""
        return bool(self.surprises) and self.surprises[0].at > timezone.now() - LATELY


# Everything small that is known, in one statement: each branch is a look-up or two by an index.
_FACTS = """
SELECT 'count' AS what, count(*) AS id, min(first_message_at) AS at, '' AS text, '' AS who FROM inbox_conversation
WHERE contact_id = %(contact)s AND account_id = ANY(%(accounts)s) AND coalesce(team_id, 0) <> ALL(%(closed)s::bigint[])
UNION ALL
SELECT 'heard', 0, max(last_inbound_at), '', '' FROM inbox_conversation
WHERE contact_id = %(contact)s AND account_id = ANY(%(accounts)s) AND coalesce(team_id, 0) <> ALL(%(closed)s::bigint[])
UNION ALL (
    SELECT 'tone', id, last_message_at, tone, '' FROM inbox_conversation
    WHERE contact_id = %(contact)s AND account_id = ANY(%(accounts)s) AND tone <> '' AND id <> %(conversation)s
        AND coalesce(team_id, 0) <> ALL(%(closed)s::bigint[])
    ORDER BY last_message_at DESC, id DESC LIMIT 1
) UNION ALL (
    SELECT 'mood', m.id, m.sent_at, m.mood, '' FROM inbox_message m JOIN inbox_identity i ON i.id = m.identity_id
    WHERE i.contact_id = %(contact)s AND m.account_id = ANY(%(accounts)s) AND m.direction = 'inbound'
        AND m.removed_at IS NULL AND m.mood <> '' AND NOT EXISTS (
            SELECT FROM inbox_conversation c WHERE c.id = m.conversation_id AND c.team_id = ANY(%(closed)s::bigint[]))
    ORDER BY m.sent_at DESC, m.id DESC LIMIT %(faces)s
) UNION ALL (
    SELECT 'note', n.id, n.at, n.text, u.first_name
    FROM inbox_contactnote n LEFT JOIN inbox_user u ON u.id = n.author_id
    WHERE n.contact_id = %(contact)s ORDER BY n.at DESC, n.id DESC LIMIT 20
) UNION ALL (
    SELECT 'surprise', s.id, s.at, s.what, u.first_name
    FROM inbox_surprise s JOIN inbox_conversation c ON c.id = s.conversation_id LEFT JOIN inbox_user u ON u.id = s.by_id
    WHERE c.contact_id = %(contact)s AND c.account_id = ANY(%(accounts)s)
        AND coalesce(c.team_id, 0) <> ALL(%(closed)s::bigint[]) ORDER BY s.at DESC, s.id DESC LIMIT 5
) UNION ALL
SELECT 'block', b.id, b.at, b.reason, u.first_name FROM inbox_block b LEFT JOIN inbox_user u ON u.id = b.by_id
WHERE b.account_id = %(account)s AND b.identity_id = %(identity)s
UNION ALL (
    SELECT 'named', n.id, n.at, '', u.first_name FROM inbox_notification n LEFT JOIN inbox_user u ON u.id = n.by_id
    WHERE n.conversation_id = %(conversation)s AND n.user_id = %(reader)s AND n.read_at IS NULL AND n.kind = 'mention'
    ORDER BY n.at DESC LIMIT 3
) UNION ALL
SELECT 'question', e.id, e.at, m.text, jsonb_build_array(e.code, e.asked_id, e.asked_by_id,
    coalesce(nullif(btrim(u.first_name || ' ' || u.last_name), ''), u.email, ''),
    coalesce(nullif(btrim(a.first_name || ' ' || a.last_name), ''), a.email, ''))::text
FROM inbox_escalation e JOIN inbox_message m ON m.id = e.question_id
    LEFT JOIN inbox_user u ON u.id = e.asked_id LEFT JOIN inbox_user a ON a.id = e.asked_by_id
WHERE e.conversation_id = %(conversation)s AND e.ended_at IS NULL
UNION ALL
SELECT 'label', l.id, l.raised_on::timestamp AT TIME ZONE %(zone)s, l.name, ''
FROM inbox_conversationlabel k JOIN inbox_label l ON l.id = k.label_id
WHERE k.conversation_id = %(conversation)s
UNION ALL
SELECT 'alike', l.identity_id, l.found_at, CASE WHEN a.handle <> '' THEN '@' || a.handle ELSE a.name END, ''
FROM inbox_lookalike l JOIN channels_account a ON a.id = l.account_id
WHERE l.identity_id = ANY(%(known)s) AND l.dismissed_at IS NULL
UNION ALL (
    SELECT 'move', m.id, m.at, '', '' FROM inbox_identitymove m
    WHERE m.to_contact_id = %(contact)s AND m.identity_id = ANY(%(known)s) AND m.undone_at IS NULL
        AND m.at >= %(undoable)s
    ORDER BY m.at DESC LIMIT 1
)
"""


def summarise(conversation: Conversation, reader: User, accounts: Collection[int]) -> ContactSummary:
    """Return what is known of a conversation's contact, within the accounts the reader may see."""
    contact = conversation.contact_id
    known = _known_as(contact=contact, accounts=list(accounts), closed=list(reader.closed_teams))
    facts = _facts(conversation, reader, accounts, known)
    move_ids = [fact.id for fact in facts["move"]]
    moves = IdentityMove.objects.filter(pk__in=move_ids).select_related("identity") if move_ids else []
    alike = tuple(Alike(fact.id, fact.text) for fact in facts["alike"])
    # An identity's own dates count every account of ours; these the reader's.
    counted = facts["count"][0]
    return ContactSummary(
        known_as=tuple(_as_known(identity) for identity in known),
        conversation_count=counted.id,
        met_at=counted.at,
        heard_at=facts["heard"][0].at,
        moods=Moods(tuple(Face(fact.text, fact.at) for fact in reversed(facts["mood"]))),
        notes=tuple(facts["note"]),
        surprises=tuple(facts["surprise"]),
        blocks=tuple(facts["block"]),
        moves=tuple(Move(move.pk, move.at, _name_of(move.identity)) for move in moves),
        named_by=tuple(facts["named"]),
        question=_question_in(facts["question"], reader),
        label_names=tuple(sorted(fact.text for fact in facts["label"])),
        raised=tuple(sorted(fact for fact in facts["label"] if fact.at)),
        last_tone=facts["tone"][0].text if facts["tone"] else "",
        alike=alike,
        looks_like=next((one.account for one in alike if one.identity == conversation.identity_id), ""),
    )


def _question_in(facts: Sequence[Said], reader: User) -> OpenQuestion | None:
    for _pk, at, text, people in facts:
        code, asked, asker, to, by = json.loads(people or "[]")
        question = Escalation(asked_id=asked, asked_by_id=asker)
        mine = asker == reader.pk
        return OpenQuestion(code, at, text, by, to, mine, question.may_be_answered_by(reader))
    return None


@Prepared
def _known_as() -> QuerySet[Identity]:
    return (
        Identity.objects.visible_in(among("accounts"), among("closed")).filter(contact=Given("contact")).order_by("id")
    )


def _as_known(row: Identity) -> KnownAs:
    number, handle = row.shown_phone, row.shown_handle
    is_masked = number != row.phone or masks.DOT in handle
    return KnownAs(row.pk, row.platform, handle, number, row.name, row.followers, bool(row.verified), is_masked)


def _name_of(identity: Identity) -> str:
    return identity.shown_handle.removeprefix("@") or identity.shown_phone or identity.name


def _facts(
    conversation: Conversation, reader: User, accounts: Collection[int], known: Collection[Identity]
) -> Mapping[str, list[Said]]:
    """Return what is known by what it is, the newest first."""
    asked: dict[str, Any] = {
        "contact": conversation.contact_id,
        "conversation": conversation.pk,
        "account": conversation.account_id,
        "identity": conversation.identity_id,
        "accounts": list(accounts),
        "closed": list(reader.closed_teams),
        "known": [identity.pk for identity in known],
        "reader": reader.pk,
        "faces": FACES,
        "undoable": timezone.now() - UNDO_WITHIN,
        "zone": timezone.get_current_timezone_name(),
    }
    facts: dict[str, list[Said]] = defaultdict(list)
    for what, pk, at, text, who in fetch(_FACTS, asked):
        facts[what].append(Said(pk, at, text, who))
    for several in facts.values():
        several.sort(key=lambda fact: (fact.at is not None and fact.at.timestamp(), fact.id), reverse=True)
    return facts


def house_address() -> str:
    """Return how customers are addressed who did not say how they want it; "" for no rule."""
    return Organisation.objects.values_list("address", flat=True).first() or ""


def last_contact(conversation: Conversation, others: Sequence[Line]) -> datetime | None:
    """When the person was last in touch before this conversation began; None when this is the first time."""
    return max((line.at for line in others if line.at < conversation.last_message_at), default=None)


@dataclass(frozen=True, slots=True)
class Repeat:
    """An earlier conversation about the same topic."""

    line: Line
    topic: str


def repeat_of(
    conversation: Conversation, labels: Collection[str], others: Sequence[Line], *, now: datetime | None = None
) -> Repeat | None:
    """Return the newest earlier conversation about the same topic within a year: the customer comes back with it."""
    since = (now or timezone.now()) - REPEATED_WITHIN
    for line in others:
        shared = sorted(set(labels) & set(line.labels))
        if shared and line.at >= since and line.began < conversation.first_message_at:
            return Repeat(line, ", ".join(shared))
    return None
