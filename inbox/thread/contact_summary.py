"""What the contact panel shows of a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Max, Min
from django.utils import timezone

from inbox.models import (
    Block,
    ContactNote,
    Conversation,
    ConversationLabel,
    Identity,
    IdentityMove,
    Message,
    Notification,
    Organisation,
)
from inbox.triage.tone import last_tone

if TYPE_CHECKING:
    from inbox.models import User
    from inbox.thread.query import Line

FACES = 12  # past moods shown
CAUTION = 0.5  # share of unhappy ones among them from which to be careful, when there are
ENOUGH = 3
UNDO_WITHIN = timedelta(days=7)
REPEATED_WITHIN = timedelta(days=365)
_UNHAPPY = (Conversation.Mood.ANGRY, Conversation.Mood.ANNOYED)


@dataclass(frozen=True, slots=True)
class Moods:
    """A person's past moods, oldest first, and what they add up to."""

    faces: Sequence[Mapping[str, Any]]

    @property
    def unhappy(self) -> int:
        """How many were angry or annoyed."""
        return sum(face["mood"] in _UNHAPPY for face in self.faces)

    @property
    def neutral(self) -> int:
        """How many were neither."""
        return sum(face["mood"] == Conversation.Mood.NEUTRAL for face in self.faces)

    @property
    def happy(self) -> int:
        """How many were happy."""
        return sum(face["mood"] == Conversation.Mood.HAPPY for face in self.faces)

    @property
    def caution(self) -> bool:
        """Whether this person was unhappy so often that it is worth a warning."""
        return len(self.faces) >= ENOUGH and self.unhappy / len(self.faces) >= CAUTION


@dataclass(frozen=True, slots=True)
class ContactSummary:
    """What a conversation's page shows of the person, as far as the reader's accounts tell."""

    known_as: list[Identity]
    conversation_count: int
    met_at: datetime | None
    heard_at: datetime | None
    moods: Moods
    notes: Sequence[Mapping[str, Any]]  # id, text, at, by
    blocks: Sequence[Mapping[str, Any]]  # who, at, reason
    moves: list[IdentityMove]  # the last one that can still be undone
    named_by: Sequence[Mapping[str, Any]]  # who, at: notes that ask for the reader
    label_names: list[str]
    last_tone: str


def summarise(conversation: Conversation, reader: User, accounts: Collection[int]) -> ContactSummary:
    """Return what is known of a conversation's contact, within the accounts the reader may see."""
    contact = conversation.contact_id
    # An identity's own dates count every account of ours; these the reader's.
    counted = Conversation.objects.filter(contact=contact, account__in=accounts).aggregate(
        n=Count("pk"), met_at=Min("first_message_at"), heard_at=Max("last_inbound_at")
    )
    notes = ContactNote.objects.filter(contact=contact).order_by("-at", "-id")
    blocks = Block.objects.filter(account=conversation.account_id, identity=conversation.identity_id)
    labels = ConversationLabel.objects.filter(conversation=conversation).order_by("label__name")
    named = Notification.objects.filter(
        conversation=conversation, user=reader, read_at=None, kind=Notification.Kind.MENTION
    ).order_by("-at")
    known = list(Identity.objects.visible_in(accounts).filter(contact=contact).order_by("id"))
    moves = IdentityMove.objects.filter(
        to_contact=contact, identity__in=known, undone_at=None, at__gte=timezone.now() - UNDO_WITHIN
    )
    return ContactSummary(
        known_as=known,
        conversation_count=counted["n"],
        met_at=counted["met_at"],
        heard_at=counted["heard_at"],
        moods=_moods(contact, accounts),
        notes=list(notes.values("id", "text", "at", by=F("author__first_name"))[:20]),
        blocks=list(blocks.values("at", "reason", who=F("by__first_name"))),
        moves=list(moves.select_related("identity").order_by("-at")[:1]),
        named_by=list(named.values("at", who=F("by__first_name"))[:3]),
        label_names=list(labels.values_list("label__name", flat=True)),
        last_tone=last_tone(conversation, accounts),
    )


def house_address() -> str:
    """Return how customers are addressed who did not say how they want it; "" for no rule."""
    return Organisation.objects.values_list("address", flat=True).first() or ""


def _moods(contact: int, accounts: Collection[int]) -> Moods:
    felt = Message.objects.filter(
        identity__contact=contact, direction=Message.Direction.INBOUND, removed_at=None, account__in=accounts
    ).exclude(mood="")
    faces = felt.order_by("-sent_at", "-id").values("mood", at=F("sent_at"))[:FACES]
    return Moods(list(faces)[::-1])


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
