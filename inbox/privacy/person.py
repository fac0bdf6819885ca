"""What belongs to one person: every identity, conversation and message, of removed accounts too."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.models import (
    Attachment,
    Contact,
    ContactNote,
    Conversation,
    Draft,
    Identity,
    Message,
)

_D = Message.Direction


@dataclass(frozen=True, slots=True)
class Tally:
    """One line of what is held: how many, and a word about it."""

    title: str
    n: int
    note: str = ""


@dataclass(frozen=True)
class Person:
    """A contact with the keys of all that is theirs. Read it again after waiting: more may have come in."""

    contact: Contact

    @cached_property
    def identities(self) -> list[Identity]:
        """Their accounts on platforms."""
        return list(Identity.objects.filter(contact=self.contact).order_by("pk"))

    @cached_property
    def conversation_ids(self) -> list[int]:
        """Every conversation with them."""
        return list(Conversation.objects.filter(contact=self.contact).order_by("pk").values_list("pk", flat=True))

    @property
    def conversations(self) -> QuerySet[Conversation]:
        """The same as rows, the oldest first."""
        return Conversation.objects.filter(pk__in=self.conversation_ids).order_by("first_message_at", "pk")

    @property
    def messages(self) -> QuerySet[Message]:
        """All that was said in them, and what they said around others' posts."""
        identities = [identity.pk for identity in self.identities]
        return Message.objects.filter(Q(conversation__in=self.conversation_ids) | Q(identity__in=identities))

    @property
    def files(self) -> QuerySet[Attachment]:
        """What was sent along."""
        return Attachment.objects.filter(message__in=self.messages.values("pk"))

    @property
    def notes(self) -> QuerySet[Message]:
        """Notes between colleagues in their conversations."""
        return self.messages.filter(direction=_D.NOTE)


def tallies_of(person: Person) -> list[Tally]:
    """Return what is held of somebody, in numbers."""
    said = person.messages.aggregate(
        theirs=Count("pk", filter=Q(direction__in=[_D.INBOUND, _D.CONTEXT])),
        ours=Count("pk", filter=Q(direction=_D.OUTBOUND)),
        notes=Count("pk", filter=Q(direction=_D.NOTE)),
    )
    files = person.files.aggregate(n=Count("pk"), size=Sum("size"))
    written = ContactNote.objects.filter(contact=person.contact).count()
    drafts = Draft.objects.filter(conversation__in=person.conversation_ids).count()
    return [
        Tally(_("Conversations"), len(person.conversation_ids), _("of removed accounts too")),
        Tally(_("Messages of theirs"), said["theirs"], _("changed and withdrawn ones too")),
        Tally(_("Our answers"), said["ours"] + drafts, _drafts(drafts)),
        Tally(_("Photos, sound and files"), files["n"], _megabytes(files["size"])),
        Tally(_("Notes between colleagues"), said["notes"] + written),
        Tally(_("Accounts and numbers"), len(person.identities)),
    ]


def notes_about(person: Person) -> int:
    """Return how many notes colleagues wrote about somebody."""
    return person.notes.count() + ContactNote.objects.filter(contact=person.contact).count()


def _drafts(n: int) -> str:
    return ngettext("%(n)d draft among them", "%(n)d drafts among them", n) % {"n": n} if n else ""


def _megabytes(size: int | None) -> str:
    return f"{size / 1_000_000:.1f} MB" if size else ""
