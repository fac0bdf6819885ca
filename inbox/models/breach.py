"""A promise that was broken."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Breach(models.Model):
    """One wait that lasted longer than its target. The constraint keeps it one, however many workers look."""

    conversation = models.ForeignKey(
        "inbox.Conversation", on_delete=models.CASCADE, related_name="breaches", db_index=False
    )
    since = models.DateTimeField()  # when the wait began
    at = models.DateTimeField()  # the moment of the target, not the one at which somebody looked
    minutes = models.PositiveIntegerField()  # the target

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "since"], name="one_breach_of_a_wait"),
            models.CheckConstraint(condition=models.Q(at__gt=models.F("since")), name="breach_comes_after_its_start"),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="breach_by_time")]

    def __str__(self) -> str:
        return f"{self.conversation_id} at {self.at:%Y-%m-%d %H:%M}"
