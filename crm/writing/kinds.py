"""What can be written to a CRM."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """One thing that happens here and is told there."""

    RECEIVED = "message.received", _("each message of a customer")
    SENT = "message.sent", _("each answer of ours")
    CLOSED = "conversation.closed", _("that a conversation is closed")
    LEAD = "lead", _("a conversation with a label for leads, as a lead")


TITLES = {
    Kind.RECEIVED: _("Message of"),
    Kind.SENT: _("Answer to"),
    Kind.CLOSED: _("Closed: conversation with"),
    Kind.LEAD: _("Lead:"),
}  # before somebody's name
