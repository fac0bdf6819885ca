"""What someone is writing, kept on the server per person and conversation: a reload or a crash costs nothing."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from channels.models import Account
from inbox.models import CannedReply, Conversation, Draft, Message, User

LONGEST = 20_000
PUBLIC, PRIVATE, NOTE = "public", "private", "note"  # what somebody writes: a tab of the composer


@transaction.atomic
def save_draft(
    conversation: Conversation,
    user: User,
    *,
    tab: str,
    text: str,
    reply_to: Any = None,
    canned: Any = None,
    sender: Any = None,
    code: uuid.UUID | None = None,
    helped: bool = False,
) -> Draft | None:
    """Keep a draft; an empty one is thrown away. Returns it, or None where there is nothing to keep.

    `reply_to`, `canned` and `sender` are codes. `code` is the composer's own: once an answer was made of it, a late
    call changes nothing. `helped`: part of it was made by the assistant. Locks the conversation, as queueing an answer
    does: one follows the other.
    """
    Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    if code is not None and Message.objects.filter(code=code).exists():
        return None
    text = text.replace("\x00", "").replace("\r\n", "\n")[:LONGEST]
    if not text.strip():
        delete_draft(conversation, user)
        return None
    answered = Message.objects.filter(code=reply_to, account=conversation.account_id).first() if reply_to else None
    used = CannedReply.objects.filter(code=canned).first() if canned else None
    account = Account.objects.present().filter(code=sender).first() if sender else None
    draft, _made = Draft.objects.update_or_create(
        conversation=conversation,
        user=user,
        defaults={
            "tab": tab,
            "text": text,
            "reply_to": answered,
            "canned": used,
            "sender": account,
            "helped": helped,
            "updated_at": timezone.now(),
        },
    )
    return draft


def delete_draft(conversation: Conversation, user: User) -> None:
    """Throw a draft away: it was sent, or emptied."""
    Draft.objects.filter(conversation=conversation, user=user).delete()
