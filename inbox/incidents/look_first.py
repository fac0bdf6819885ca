"""What is looked at before somebody gets an answer meant for many: would a person send these words here, now?

The text as such was read by two people. Here counts what differs from one customer to the next. In doubt nothing is
sent, and a person answers.
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.utils import timezone

from inbox.composer.submit import recent_customer_text_of
from inbox.guard import rules as guard
from inbox.library.canned import fill_in, values_for
from inbox.live import presence
from inbox.models import Conversation, Draft, Incident, IncidentReply, User
from inbox.thread.contact_summary import house_address

_WHY = IncidentReply.Reason
WRITING = timedelta(minutes=15)  # since a colleague's draft was last changed
_NO_NAME = re.compile(r"\s*\{(?:first_name|name)\}")
# Hints about this customer, not about the words. `address` counts where they said how they want it.
_ABOUT_THEM = {
    "variable": _WHY.UNFINISHED, "spot": _WHY.UNFINISHED, "repeated": _WHY.REPEATED, "language": _WHY.LANGUAGE,
}  # fmt: skip


def text_for(incident: Incident, conversation: Conversation, by: User | None) -> str:
    """Return the text as this customer gets it: with their first name, or without a name where we know none."""
    if by is None:
        return incident.text
    values = values_for(conversation, by)
    text = incident.text if values["first_name"] else _NO_NAME.sub("", incident.text)
    return fill_in(text, values)[0]


def reason_against(reply: IncidentReply, conversation: Conversation) -> str:
    """Return why this customer should not get it; "" where they may. Reads their words: never in a transaction."""
    if reply.by is None:
        return _WHY.REFUSED
    if _is_written_by_a_colleague(conversation, reply.by):
        return _WHY.WRITING
    written = draft_of(reply.incident, conversation, reply.by, recent_customer_text_of(conversation))
    for hint in guard.check(written):
        if hint.code == "address" and conversation.contact.address:
            return _WHY.ADDRESS
        if hint.code in _ABOUT_THEM:
            return _ABOUT_THEM[hint.code]
    return ""


def draft_of(incident: Incident, conversation: Conversation, by: User, customer_text: str) -> guard.DraftAnswer:
    """Return the answer as the guard looks at it."""
    who, account = conversation.identity, conversation.account
    return guard.DraftAnswer(
        text_for(incident, conversation, by),
        conversation,
        by,
        is_public=conversation.is_public,
        names=(who.name, who.handle, conversation.contact.name, account.name, account.handle, account.team_name),
        customer_text=customer_text,
        house_address=house_address(),
    )


def _is_written_by_a_colleague(conversation: Conversation, by: User) -> bool:
    drafts = Draft.objects.filter(conversation=conversation, updated_at__gt=timezone.now() - WRITING)
    if drafts.exclude(user=by).exclude(text="").exists():
        return True
    others = presence.viewers_of([conversation.code], besides=by).get(str(conversation.code), [])
    return any(viewer.typing for viewer in others)
