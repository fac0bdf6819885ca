"""The facts of several conversations at once, in a number of statements that does not grow with them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from inbox.models import Conversation, ConversationLabel, Message, OpeningHours
from inbox.routing.rules.facts import Facts
from webcare.lib.statements import fetch

ADDRESSED = frozenset({"mention", "reply", "tag", "story_mention"})
_NEWEST = """
SELECT DISTINCT ON (conversation_id) conversation_id, id FROM inbox_message
WHERE conversation_id = ANY(%s) AND direction = 'inbound' AND removed_at IS NULL
ORDER BY conversation_id, sent_at DESC, id DESC
"""


@dataclass(frozen=True, slots=True)
class Happening:
    """Where something happened, when, and by which message; without one the customer's newest counts."""

    conversation: int
    at: datetime
    message: int | None = None


def facts_of(happenings: Sequence[Happening]) -> dict[Happening, Facts]:
    """Return the facts of each. One whose conversation or message is gone is left out."""
    ids = {happening.conversation for happening in happenings}
    rows = _conversations(ids)
    labels: dict[int, set[str]] = {pk: set() for pk in ids}
    for conversation, label in ConversationLabel.objects.filter(conversation__in=ids).values_list(
        "conversation_id", "label_id"
    ):
        labels[conversation].add(str(label))
    newest: dict[int, int] = dict(fetch(_NEWEST, [sorted(ids)]))
    wanted = {happening.message or newest.get(happening.conversation) for happening in happenings}
    messages = _messages({pk for pk in wanted if pk})
    opening_hours = OpeningHours.current()
    found = {}
    for happening in happenings:
        row = rows.get(happening.conversation)
        about = messages.get(happening.message or newest.get(happening.conversation, 0))
        if row is None or (about is None and happening.message):
            continue
        hours = opening_hours.of(row.account_id, row.team_id)
        found[happening] = _facts(row, about, labels[row.pk], is_open=hours.is_open(happening.at))
    return found


def _conversations(ids: Collection[int]) -> Mapping[int, Conversation]:
    earlier = Conversation.objects.filter(
        contact=OuterRef("contact"), first_message_at__lt=OuterRef("first_message_at")
    )
    rows = Conversation.objects.filter(pk__in=ids).select_related("account", "identity", "contact")
    rows = rows.defer("account__sealed_credentials").annotate(is_known=Exists(earlier))
    return {row.pk: row for row in rows}


def _messages(ids: Collection[int]) -> Mapping[int, Message]:
    rows = Message.objects.filter(pk__in=ids, direction=Message.Direction.INBOUND, removed_at=None)
    return {row.pk: row for row in rows.only("text", "kind", "mood", "language", "conversation_id")}


def _facts(row: Conversation, about: Message | None, labels: Collection[str], *, is_open: bool) -> Facts:
    return Facts(
        conversation=row.pk,
        version=row.version,
        platform=row.account.platform,
        account=row.account_id,
        visibility=row.visibility,
        text=about.text if about else "",
        language=(about.language if about else "") or row.language,
        mood=row.mood or (about.mood if about else ""),
        contact=row.contact.kind,
        followers=row.identity.followers,
        labels=frozenset(labels),
        is_open=is_open,
        is_known=row.is_known,  # type: ignore[attr-defined]  # annotated
        is_complaint=row.is_complaint,
        is_addressed=about is not None and about.kind in ADDRESSED,
        team=str(row.team_id or ""),
        assignee=str(row.assignee_id or ""),
        priority=row.priority,
    )
