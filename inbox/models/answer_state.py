"""The states of an answer and their transitions, declared once: code, database and docs read this.

The database refuses every other transition (inbox/migrations/_answer_states.py). The picture of it stands
in docs/architecture.md.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AnswerState(models.TextChoices):
    """The way of an answer. Inbound messages, notes and context have none ("")."""

    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    RETRY = "retry", _("Will be tried again")
    UNKNOWN = "unknown", _("Not certain whether it was sent")
    HELD = "held", _("Held: something came in between")  # by the outbox: a person decides
    FAILED = "failed", _("Not sent")
    CANCELLED = "cancelled", _("Taken back")
    APPROVAL = "approval", _("Waiting for approval")


_S = AnswerState
# What a platform tells outranks what we thought: whatever may have left can turn out to be sent, or refused.
TRANSITIONS: dict[str, frozenset[str]] = {
    _S.APPROVAL: frozenset({_S.QUEUED, _S.CANCELLED}),
    _S.QUEUED: frozenset({_S.SENDING, _S.RETRY, _S.HELD, _S.FAILED, _S.CANCELLED, _S.SENT}),
    _S.SENDING: frozenset({_S.SENT, _S.RETRY, _S.UNKNOWN, _S.FAILED}),
    _S.RETRY: frozenset({_S.SENDING, _S.QUEUED, _S.HELD, _S.FAILED, _S.CANCELLED, _S.SENT}),
    _S.UNKNOWN: frozenset({_S.SENT, _S.RETRY, _S.QUEUED, _S.FAILED, _S.CANCELLED}),
    _S.HELD: frozenset({_S.QUEUED, _S.FAILED, _S.CANCELLED, _S.SENT}),
    _S.FAILED: frozenset({_S.QUEUED, _S.CANCELLED, _S.SENT}),
    _S.CANCELLED: frozenset({_S.SENT}),
    _S.SENT: frozenset({_S.FAILED}),
}

AT_THE_PLATFORM = (_S.SENDING, _S.UNKNOWN)  # it may stand there already
ON_ITS_WAY = (_S.QUEUED, _S.SENDING, _S.RETRY, _S.UNKNOWN)  # the outbox still has to do something with it
UNDER_WAY = (*ON_ITS_WAY, _S.HELD, _S.APPROVAL)  # written, and neither sent nor given up
NOT_LEFT = (_S.QUEUED, _S.RETRY, _S.APPROVAL)  # its author can take it back
UP_TO_A_PERSON = (_S.FAILED, _S.HELD, _S.RETRY, _S.UNKNOWN)  # it can be tried again or thrown away
LOST = (_S.FAILED, _S.HELD, _S.CANCELLED)  # a part behind it does not follow by itself
