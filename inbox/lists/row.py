"""One row of a list: everything `inbox/list/_row.html` shows, as one frozen value (webcare/lib/kept.py)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from inbox.lists.wait import Wait, wait_of
from inbox.live.customers import There
from inbox.live.presence import Viewer
from inbox.models import Conversation, User
from webcare.lib.statements import fetch

_MINUTE, _SECOND = timedelta(minutes=1), timedelta(seconds=1)
# Labels, a draft, a question and a block of the conversations shown, in one statement. Complaints' labels come first.
_MARKS = """
SELECT k.conversation_id, 'label', l.name, NOT l.is_complaint AS is_plain FROM inbox_conversationlabel k
    JOIN inbox_label l ON l.id = k.label_id
WHERE k.conversation_id = ANY(%(ids)s)
UNION ALL
SELECT d.conversation_id, 'draft', '', true FROM inbox_draft d
WHERE d.conversation_id = ANY(%(ids)s) AND d.user_id = %(reader)s AND d.text <> ''
UNION ALL
SELECT e.conversation_id, CASE WHEN e.asked_id = %(reader)s THEN 'asked' ELSE 'waits' END,
    coalesce(CASE WHEN e.asked_id = %(reader)s THEN a.first_name ELSE u.first_name END, ''), true
FROM inbox_escalation e LEFT JOIN inbox_user u ON u.id = e.asked_id LEFT JOIN inbox_user a ON a.id = e.asked_by_id
WHERE e.conversation_id = ANY(%(ids)s) AND e.ended_at IS NULL
UNION ALL
SELECT c.id, 'block', '', true FROM inbox_conversation c
    JOIN inbox_block b ON b.account_id = c.account_id AND b.identity_id = c.identity_id
WHERE c.id = ANY(%(ids)s)
ORDER BY is_plain, name
"""


class Marks(NamedTuple):
    """What stands under a row's text."""

    failed: bool
    blocked: bool
    removed: bool
    snoozed: bool
    snoozed_until: datetime | None
    window_left: timedelta | None  # in whole minutes, where it is near
    asked_by: str | None  # who waits for the reader's word; "" for no colleague, None where nobody does
    waits_for: str | None  # whose word it waits for; "" for any lead
    draft: bool
    complaint: bool
    labels: tuple[str, ...]


class Row(NamedTuple):
    """All that one row shows. Nothing else reaches its template."""

    code: str
    address: str
    is_current: bool
    arrived: str
    is_unread: bool
    is_closed: bool
    is_free: bool
    name: str
    handle: str
    initials: str
    platform: str
    colour: str
    account: str
    mood: str
    rank: int | None
    wait: Wait | None
    last_at: datetime
    today: date  # what "10:42" or "14 Oct" depend on
    is_public: bool
    is_answered: bool
    has_attachment: bool
    file_kind: str
    file_count: int
    excerpt: str
    holder: str
    holder_initials: str
    looking: tuple[Viewer, ...]
    customer: There | None  # at the other side, where their channel tells that
    marks: Marks | None


class Case(NamedTuple):
    """All that one line of the lead's cases shows: a row, and what names it and its holder when it is picked."""

    row: Row
    pick: str


class RowsAround(NamedTuple):
    """What the rows of one page have in common."""

    query: str  # of the list, which each row's address carries along
    ranks: bool
    now: datetime
    today: date
    current: int | None  # the conversation that is open beside them


def row_of(conversation: Any, around: RowsAround) -> Row:
    """Return what a row shows of a conversation that `attach_shown` saw."""
    this: Conversation = conversation
    who, account, holder = this.identity, this.account, this.assignee
    arrived = getattr(this, "arrived_at", None)
    return Row(
        code=str(this.code),
        address=this.get_absolute_url() + around.query,
        is_current=this.pk == around.current,
        arrived=arrived.isoformat() if arrived else "",
        is_unread=this.is_unread,
        is_closed=this.status == Conversation.Status.CLOSED,
        is_free=holder is None and this.status == Conversation.Status.OPEN,
        name=who.title,
        handle=who.at_handle,
        initials=who.initials,
        platform=account.platform,
        colour=account.colour,
        account=account.at_handle,
        mood=this.mood,
        rank=this.priority if around.ranks else None,
        wait=wait_of(this, around.now),
        last_at=this.last_message_at,
        today=around.today,
        is_public=this.is_public,
        is_answered=this.last_direction == "outbound",
        has_attachment=this.has_attachment,
        file_kind=this.file_kind,
        file_count=this.file_count,
        excerpt=this.excerpt,
        holder=holder.name if holder else "",
        holder_initials=holder.initials if holder else "",
        looking=tuple(conversation.looking[:2]),
        customer=getattr(conversation, "customer", None),
        marks=_marks_of(conversation),
    )


def case_of(row: Row, conversation: Conversation) -> Case:
    """Return what a line of the lead's cases shows of a row."""
    holder = conversation.assignee
    return Case(row, f"{row.code}/{holder.code}" if holder else row.code)


def _marks_of(conversation: Any) -> Marks | None:
    """Return what stands under the text; None where nothing does."""
    this: Conversation = conversation
    snoozed = this.status == Conversation.Status.SNOOZED
    left = this.window_left if this.window_near else None
    marks = Marks(
        failed=this.failed_count > 0,
        blocked=conversation.is_blocked,
        removed=this.account.removed_at is not None,
        snoozed=snoozed,
        snoozed_until=this.snoozed_until if snoozed else None,
        window_left=left - left % _MINUTE or _SECOND if left else None,
        asked_by=conversation.question.get("asked"),
        waits_for=conversation.question.get("waits"),
        draft=conversation.has_draft,
        complaint=this.is_complaint,
        labels=tuple(conversation.label_names),
    )
    return marks if any(marks) or conversation.question else None


def attach_marks(rows: Collection[Any], reader: User) -> None:
    """Hang on each conversation what only a list's row shows of it, in one statement."""
    by_id = {row.pk: row for row in rows}
    for row in rows:
        row.label_names, row.has_draft, row.is_blocked, row.question = [], False, False, {}
    if not by_id:
        return
    for pk, kind, name, _plain in fetch(_MARKS, {"ids": list(by_id), "reader": reader.pk}):
        if kind == "label":
            by_id[pk].label_names.append(name)
        elif kind == "draft":
            by_id[pk].has_draft = True
        elif kind in ("asked", "waits"):
            by_id[pk].question = {kind: name}
        else:
            by_id[pk].is_blocked = True
