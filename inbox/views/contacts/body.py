"""The body of the contact panel: everything it shows, as one frozen value (webcare/lib/kept.py)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.utils import timezone

from inbox.actions import blocking
from inbox.contacts.panels import Panel
from inbox.thread.query import FOLDED, Line
from inbox.thread.seen_by_customer import Card, first_page

if TYPE_CHECKING:
    from inbox.thread.contact_summary import ContactSummary
    from inbox.thread.page import ConversationPage


class ContactBody(NamedTuple):
    """All that the panel shows below its head. Nothing else reaches its template."""

    code: UUID
    address: str
    today: date  # what "10:42" or "14 Oct" depend on
    platform: str
    location: str
    is_removed: bool  # the account, or the person
    may_block: bool
    may_unblock: bool
    about: ContactSummary
    kind: str
    addressed_as: str
    house_address: str
    mood: str
    mood_by: str
    is_complaint: bool
    tone: str
    tone_title: str
    language: str
    excerpt: str
    file_kind: str
    file_count: int
    last_message_at: datetime
    status_title: str
    holder: str
    earlier: tuple[Line, ...]
    earlier_after: str  # where older ones start, "" for none
    panels: tuple[Panel, ...]  # of apps above the inbox
    began: Card | None  # the page a chat began on


def body_of(reading: ConversationPage, house_address: str, panels: tuple[Panel, ...] = ()) -> ContactBody:
    """Return what the panel shows to the reader of a page."""
    this, others = reading.conversation, reading.others
    block = blocking.offer_for(this, reading.reader)
    return ContactBody(
        code=this.code,
        address=this.get_absolute_url(),
        today=timezone.localdate(),
        platform=this.account.platform,
        location=this.identity.location,
        is_removed=this.account.removed_at is not None or this.erased_at is not None,
        may_block=block is not None,
        may_unblock=block is not None and block.can_be_undone,
        about=reading.contact,
        kind=this.contact.kind,
        addressed_as=this.contact.address,
        house_address=house_address,
        mood=this.mood,
        mood_by=(this.mood_by.first_name or this.mood_by.name) if this.mood_by else "",
        is_complaint=this.is_complaint,
        tone=this.tone,
        tone_title=this.get_tone_display() if this.tone else "",
        language=this.language,
        excerpt=this.excerpt,
        file_kind=this.file_kind,
        file_count=this.file_count,
        last_message_at=this.last_message_at,
        status_title=this.get_status_display(),
        holder=this.assignee.first_name if this.assignee else "",
        earlier=tuple(others),
        earlier_after=place_of(others[-1]) if len(others) >= FOLDED else "",
        panels=panels,
        began=first_page(this) if this.account.capabilities.live else None,
    )


def place_of(line: Line) -> str:
    """Where the contact's timeline goes on after a line."""
    return f"{line.at.isoformat()}~{line.id}"
