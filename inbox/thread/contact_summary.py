"""What the contact panel shows of a person besides their accounts: asked in the conversation's own statement."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Expression, F, Max, Min, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
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

FACES = 12  # past moods shown
CAUTION = 0.5  # share of unhappy ones among them from which to be careful, when there are
ENOUGH = 3
UNDO_WITHIN = timedelta(days=7)
REPEATED_WITHIN = timedelta(days=365)
_UNHAPPY = (Conversation.Mood.ANGRY, Conversation.Mood.ANNOYED)


@dataclass(frozen=True, slots=True)
class Moods:
    """A person's past moods, oldest first, and what they add up to."""

    faces: list[dict[str, Any]]

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


def about_contact(
    reader: User | Expression, accounts: Collection[int] | Expression, moved_since: datetime | Expression
) -> dict[str, Any]:
    """Return the annotations for a conversation's statement; all of it within the accounts the reader may see.

    An identity's last move can be undone when it was made after `moved_since`.
    """
    talks = Conversation.objects.filter(contact=OuterRef("contact"), account__in=accounts)
    conversations = talks.order_by().values("contact")
    felt = Message.objects.filter(
        identity__contact=OuterRef("contact"), direction=Message.Direction.INBOUND, removed_at=None,
        account__in=accounts,
    ).exclude(mood="").order_by("-sent_at", "-id")  # fmt: skip
    notes = ContactNote.objects.filter(contact=OuterRef("contact")).order_by("-at", "-id")
    labels = ConversationLabel.objects.filter(conversation=OuterRef("pk")).order_by("label__name")
    named = Notification.objects.filter(
        conversation=OuterRef("pk"), user=reader, read_at=None, kind=Notification.Kind.MENTION
    ).order_by("-at")
    known = Identity.objects.visible_in(accounts).filter(contact=OuterRef(OuterRef("contact")))
    moves = IdentityMove.objects.filter(
        to_contact=OuterRef("contact"), identity__in=known, undone_at=None, at__gte=moved_since,
    ).order_by("-at")  # fmt: skip
    move = JSONObject(
        id="id", at="at", by=F("by__first_name"), platform=F("identity__platform"), name=F("identity__name"),
        handle=F("identity__handle"), phone=F("identity__phone"),
    )  # fmt: skip
    blocks = Block.objects.filter(account=OuterRef("account"), identity=OuterRef("identity"))
    return {
        "house_address": _address_of_house(),
        "conversation_count": Coalesce(Subquery(conversations.annotate(n=Count("pk")).values("n")), 0),
        # An identity's own dates count every account of ours; these the reader's.
        "met_at": Subquery(conversations.annotate(at=Min("first_message_at")).values("at")),
        "heard_at": Subquery(conversations.annotate(at=Max("last_inbound_at")).values("at")),
        "felt": ArraySubquery(felt.values(json=JSONObject(mood="mood", at="sent_at"))[:FACES]),
        "contact_notes": ArraySubquery(
            notes.values(json=JSONObject(id="id", text="text", at="at", by=F("author__first_name")))[:20]
        ),
        "blocks": ArraySubquery(blocks.values(json=JSONObject(by=F("by__first_name"), at="at", reason="reason"))),
        "last_tone": last_tone(accounts),
        "label_names": ArraySubquery(labels.values("label__name")),
        "named_by": ArraySubquery(named.values(json=JSONObject(by=F("by__first_name"), at="at"))[:3]),
        "moves": ArraySubquery(moves.values(json=move)[:1]),
    }


def moods_of(conversation: Any) -> Moods:
    """The row of faces, oldest first."""
    return Moods(conversation.felt[::-1])


def last_contact(conversation: Any) -> datetime | None:
    """When the person was last in touch before this conversation began; None when this is the first time."""
    before = [line["at"] for line in conversation.earlier if line["at"] and line["at"] < conversation.last_message_at]
    return max(before, default=None)


def repeats(conversation: Any, *, now: datetime | None = None) -> dict[str, Any] | None:
    """The newest earlier conversation about the same topic within a year: the customer comes back with it."""
    labels: set[str] = set(conversation.label_names)
    since = (now or timezone.now()) - REPEATED_WITHIN
    lines: Sequence[dict[str, Any]] = conversation.earlier
    for line in lines:
        shared = sorted(labels & set(line["labels"]))
        if shared and line["at"] and line["at"] >= since and line["began"] < conversation.first_message_at:
            return {**line, "topic": ", ".join(shared)}
    return None


def _address_of_house() -> Coalesce:
    """Return an annotation with the organisation's form of address, for customers without their own; "" for no rule."""
    return Coalesce(Subquery(Organisation.objects.values("address")[:1]), Value(""))
