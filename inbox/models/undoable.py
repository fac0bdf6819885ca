"""What a person did last, and what is needed to undo it."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class UndoableAct(models.Model):
    """One act of one person. Nobody else may undo it, and a later act takes its place."""

    class Kind(models.TextChoices):
        """What was done."""

        SEND = "send"
        CLOSE = "close"
        REOPEN = "reopen"
        SNOOZE = "snooze"
        ASSIGN = "assign"
        TEAM = "team"
        LABEL = "label"
        UNLABEL = "unlabel"
        LINK = "link"
        UNLINK = "unlink"

    class Outcome(models.TextChoices):
        """What became of it."""

        STANDS = ""
        UNDONE = "undone"
        PARTLY = "partly"  # some of several conversations
        LATE = "late"

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="undoable_acts", db_index=False
    )
    kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in Kind])
    at = models.DateTimeField(default=timezone.now)
    # The one it was done to; None where there were several.
    conversation = models.ForeignKey(
        "inbox.Conversation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    message = models.OneToOneField("inbox.Message", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    # Per conversation what it was before and after: ids, states and times, never a customer's words or name.
    steps = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    about = models.JSONField(default=dict, encoder=DjangoJSONEncoder)  # what the bar says of it, and how to do it again
    outcome = models.CharField(max_length=8, blank=True, choices=[(one.value, one.value) for one in Outcome])
    refusals = models.JSONField(default=list, encoder=DjangoJSONEncoder)  # why not, per conversation

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-id"], name="undoable_of_user")]

    def __str__(self) -> str:
        return f"{self.kind} by {self.user_id}"
