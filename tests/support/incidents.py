"""An incident that may send, and the workers that do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import time_machine
from django.utils import timezone

from channels.models import Account
from inbox.incidents import answering
from inbox.models import Conversation, Incident, Message, User
from inbox.outbox import deliver
from tests.factories import make_user

TEXT = "Hoi {first_name}, er is een storing. Om drie uur weten we meer."


def make_incident(lead: User, *accounts: Account, **fields: Any) -> Incident:
    """Return a running incident whose text somebody else approved."""
    fields = {
        "name": "Storing", "text": TEXT, "since": timezone.now() - timedelta(hours=2), "started_by": lead,
        "text_by": lead, "approved_by": make_user("lead"), "approved_at": timezone.now(),
    } | fields  # fmt: skip
    return Incident.objects.create(account_ids=[account.pk for account in accounts], **fields)


def choose_all(incident: Incident, lead: User, *conversations: Conversation) -> int:
    """Queue an answer for these conversations, as somebody sees them now."""
    return answering.choose(incident, lead, {row.code: newest_in(row) for row in conversations})


def newest_in(conversation: Conversation) -> int:
    """Return the newest message somebody sees there."""
    return Message.objects.filter(conversation=conversation).order_by("-pk").values_list("pk", flat=True)[0]


def go_round(minutes: float = 0) -> None:
    """Let the workers go round once, some time later."""
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
        for reply in answering.due():
            answering.hand_over(reply)
        for pk in deliver.sweep():
            deliver.deliver(pk)
