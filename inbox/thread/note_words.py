"""What a message says to its reader: a note that Webcare worded itself reads in their own language everywhere."""

from __future__ import annotations

from django.utils.translation import gettext as _

from inbox.models import Approach, Escalation, Message


def words_of(message: Message) -> str:
    """Return a message's words in the language of now; of one that was erased none."""
    if not message.text:
        return ""
    if message.kind == Escalation.AGREED:
        return str(Escalation.Outcome.APPROVED.label)
    if message.kind == Approach.REASON:
        return _("Answered of our own accord: %(why)s") % {"why": message.text}
    return message.text
