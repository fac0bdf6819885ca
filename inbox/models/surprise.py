"""Something small that somebody was sent without asking."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Surprise(models.Model):
    """What it was, what it cost, and in which conversation the idea came up."""

    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="surprises")
    what = models.CharField(max_length=120)
    cents = models.PositiveIntegerField(null=True, blank=True)  # None: nobody wrote it down
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        # figures of a period
        indexes: ClassVar = [models.Index(fields=["at"], name="surprises_by_time")]

    def __str__(self) -> str:
        return self.what
