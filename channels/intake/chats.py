"""What was written in a chat comes in at once: the same the stream would bring a little later."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from channels.connectors import connector_for
from channels.intake import ledger
from channels.livechat.connector import MESSAGES, note_known
from channels.models import Account, ChatMessage, ChatVisitor
from channels.models.chat import forget_visitors
from inbox.ingest.receive import receive

MOST_PAGES = 20
KEPT = timedelta(days=30)  # as long as webhooks' bodies


def forget_old(now: datetime | None = None) -> int:
    """Delete visitors who were not here for a month, with what their widgets showed; return how many.

    Not those of whom the inbox has something to read yet. It keeps what was said as long as it keeps anything else.
    """
    unread = ChatMessage.objects.filter(visitor=OuterRef("pk"), known__lt=F("news"))
    away = ChatVisitor.objects.filter(~Exists(unread), seen_at__lt=(now or timezone.now()) - KEPT)
    return forget_visitors(away)


def take_in(account_id: int) -> int:
    """Hand the inbox all it does not know yet of an account's chat; return the number of new messages.

    Any number may try at once: whatever is told twice is one message.
    """
    account = Account.objects.connected().filter(pk=account_id).first()
    if account is None:
        return 0  # paused: the stream finds it later
    new, cursor = 0, dict[str, Any]()
    with closing(connector_for(account)) as connector:
        for _turn in range(MOST_PAGES):
            page = connector.fetch(MESSAGES, cursor)
            cursor = dict(page.cursor)
            if not page.events:
                break
            began = timezone.now()
            received = receive(account, page.events)
            ledger.note(account, page.events, received, began=began, stream=MESSAGES)
            new += received.new_messages
    note_known(cursor)
    if new:
        Account.objects.filter(pk=account.pk).update(last_message_at=timezone.now())
    return new
