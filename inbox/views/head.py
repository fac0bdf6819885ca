"""The head of a conversation: everything it shows, as one frozen value (webcare/lib/kept.py)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from inbox.lists.wait import Wait, wait_of
from inbox.text.masking import masked
from inbox.thread.message_part import Scope
from inbox.thread.seen_by_customer import subject_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from inbox.actions.likes import LikeOffer
    from inbox.models import Conversation
    from inbox.thread.page import ConversationPage

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)


class Like(NamedTuple):
    """The message on which a like closes the conversation, and whether it is still to be liked."""

    code: UUID
    likes: bool


class Head(NamedTuple):
    """All that the head shows. Nothing else reaches its template."""

    code: UUID
    scope: Scope
    unread: str
    today: date  # what "10:42" or "14 Oct" depend on
    name: str
    at_handle: str
    subject: str  # of a mail
    platform: str
    account: str
    is_public: bool
    is_removed: bool  # the account, or the person
    is_erased: bool
    status: str
    closed_for: str
    snoozed_until: datetime | None
    is_mine: bool
    holder: str
    holder_code: str  # "": nobody
    team: str
    has_crossed: bool
    like: Like | None
    wait: Wait | None
    began: datetime
    age: timedelta  # as exact as it is shown
    others: int
    last_contact: datetime | None


def head_of(reading: ConversationPage, query: Mapping[str, str], unread: str, by_like: LikeOffer | None) -> Head:
    """Return what the head shows to the reader of a page."""
    this, now = reading.conversation, timezone.now()
    who, account, age = this.identity, this.account, now - this.first_message_at
    return Head(
        code=this.code,
        scope=Scope(tuple(query.items())),
        unread=unread,
        today=timezone.localdate(now),
        name=who.title,
        at_handle=who.at_handle,
        subject=masked(subject_of(this)),
        platform=account.platform,
        account=account.at_handle,
        is_public=this.is_public,
        is_removed=account.removed_at is not None or this.erased_at is not None,
        is_erased=this.erased_at is not None,
        status=this.status,
        closed_for=_closed_for(this),
        snoozed_until=this.snoozed_until,
        is_mine=this.assignee_id == reading.reader.pk,
        holder=this.assignee.name if this.assignee else "",
        holder_code=str(this.assignee.code) if this.assignee else "",
        team=this.team.name if this.team else "",
        has_crossed=this.crossed_line_at is not None,
        like=Like(by_like.message.code, by_like.likes) if by_like else None,
        wait=wait_of(this, now),
        began=this.first_message_at,
        age=age - age % (_MINUTE if age < _DAY else _DAY),
        others=max(reading.contact.conversation_count - 1, 0),
        last_contact=reading.last_contact,
    )


def _closed_for(this: Conversation) -> str:
    if this.is_history:
        return _("From before the account was connected")
    return this.get_close_reason_display() if this.close_reason else ""
