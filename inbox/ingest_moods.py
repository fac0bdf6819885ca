"""What new messages seem to say about how their writers feel: estimated where they come in, without a question more."""

from __future__ import annotations

from inbox import press
from inbox.ingest_shelf import Shelf
from inbox.models import Contact, Conversation, Message
from inbox.mood import estimate


def feel(shelf: Shelf) -> None:
    """Estimate the mood and language of customers' messages on the shelf. Runs before conversations are written."""
    complaints: set[int] = set()
    for row in [*shelf.new, *shelf.changed.values()]:
        if row.direction != Message.Direction.INBOUND or not row.text or row.removed_at or row.mood:
            continue
        guess = estimate(row.text, in_thread=_among_others(shelf, row))
        row.mood, row.language = guess.mood, guess.language
        conversation = row.conversation if row.conversation_id is None else shelf.conversations.get(row.conversation_id)
        if not guess.complains or conversation is None or conversation.is_complaint:
            continue
        conversation.is_complaint = True
        if conversation.pk:
            complaints.add(conversation.pk)
    if complaints:
        Conversation.objects.filter(pk__in=complaints).update(is_complaint=True)


def route_press(conversation_ids: list[int]) -> None:
    """Put what the press wrote in the spokespeople's queue, unless it has one already."""
    if conversation_ids:
        new = Conversation.objects.filter(pk__in=conversation_ids, team=None, contact__kind=Contact.Kind.PRESS)
        press.route(list(new.order_by("pk")))


def _among_others(shelf: Shelf, row: Message) -> bool:
    """Whether a message answers what somebody else said, so that its praise may be mockery."""
    if row.visibility != "public" or not row.parent_external_id:
        return False
    parent = shelf.by_id.get(row.parent_external_id)
    return parent is None or parent.direction != Message.Direction.OUTBOUND
