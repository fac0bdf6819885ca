"""One wait of a customer, from the first unanswered message to the answer."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Response(models.Model):
    """What reaction times are summed from. One per answer; a message that came in late may move its start back."""

    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="responses")
    answer = models.OneToOneField("inbox.Message", on_delete=models.CASCADE, related_name="response")
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="responses"
    )
    started_at = models.DateTimeField()
    answered_at = models.DateTimeField()
    seconds = models.PositiveIntegerField()  # by the calendar
    # By the clock of the response target that held, and until when it had us answer (inbox/sla/measured.py).
    # None where nobody kept it: answers from before it was kept.
    counted_seconds = models.PositiveIntegerField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # Figures are read from this index alone.
            models.Index(
                fields=["answered_at"],
                include=["conversation", "agent", "seconds", "counted_seconds", "due_at"],
                name="response_by_time",
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(answered_at__gte=models.F("started_at")), name="answer_comes_after_question"
            )
        ]

    def __str__(self) -> str:
        return f"{self.seconds} s"
