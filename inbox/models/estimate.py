"""Which messages still have to be read for their mood and language."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone


class PendingEstimate(models.Model):
    """A customer's message whose mood and language nobody told yet. Gone once they are told.

    One that could not be read in time stays, given up: it is not tried again until its text changes.
    """

    message = models.OneToOneField("inbox.Message", on_delete=models.CASCADE, primary_key=True, related_name="+")
    due_at = models.DateTimeField(default=timezone.now)  # moves on with every try, before it begins
    tries = models.PositiveSmallIntegerField(default=0)
    given_up = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            # serves the task that looks for what is due
            models.Index(fields=["due_at"], name="estimate_due", condition=Q(given_up=False)),
        ]

    def __str__(self) -> str:
        return f"message {self.message_id}, due {self.due_at:%H:%M:%S}"
