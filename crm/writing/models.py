"""The ledger of what is written to the CRM."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm import reasons
from crm.connecting.models import Connection
from crm.writing.kinds import TITLES, Kind


class Write(models.Model):
    """One thing to write, once. The row is the queue; triggers make it (crm/migrations/_writes.py).

    It names what happened and holds no words: those are read when it is sent.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("on its way")
        DONE = "done", _("written")
        FAILED = "failed", _("not written")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)  # what the CRM knows it by
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="ledger", db_index=False)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    conversation = models.ForeignKey(
        "inbox.Conversation", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    message = models.ForeignKey(
        "inbox.Message", null=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)  # moves on with every try, before it begins
    tried_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=30, blank=True, default="")  # why not, in one word
    detail = models.CharField(max_length=300, blank=True, default="")  # what the CRM said of it
    record_id = models.CharField(max_length=200, blank=True, default="")
    record_url = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["connection", "kind", "message"],
                condition=Q(message__isnull=False),
                name="one_write_of_message",
            ),
            models.UniqueConstraint(
                fields=["connection", "conversation"], condition=Q(kind="lead"), name="one_lead_of_conversation"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], name="write_due", condition=Q(state="waiting")),
            # what of a conversation comes first, and all of it when it is erased
            models.Index(fields=["conversation", "id"], name="write_of_conversation"),
            # the ledger, and what was not written
            models.Index(fields=["connection", "-at", "-id"], name="write_of_connection"),
            models.Index(fields=["connection", "-at", "-id"], name="write_failed", condition=Q(state="failed")),
            models.Index(fields=["at"], name="write_done_at", condition=Q(state="done")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"

    @property
    def reason_words(self) -> str:
        """Why it was not written, in words."""
        return reasons.words(self.reason)

    @property
    def title(self) -> str:
        """What it is, before the name of whom it is about."""
        return str(TITLES.get(Kind(self.kind), self.kind))
