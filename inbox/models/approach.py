"""Somebody we addressed of our own accord, who had not addressed us."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from inbox.models.contact import Identity
from inbox.models.message import Message


class Approach(models.Model):
    """One answer to a post that we only found. A person gets one, ever: a constraint (inbox/outbox/proactive.py)."""

    # The kind of the note that says why. Its text is the reason alone: what it is reads in each reader's language.
    REASON = "reason"

    identity = models.OneToOneField(Identity, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    words = models.TextField()  # of the answer, each once and in order: nearly the same to many is refused
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        # what was written to others in the last day
        indexes: ClassVar = [models.Index(fields=["-at"], name="approach_at")]

    def __str__(self) -> str:
        return f"{self.identity_id}: {self.message_id}"
