"""What a machine made of a message."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Translation(models.Model):
    """A message in another language, asked once. A trigger deletes it when the message's words change or go.

    See assist/migrations/_forgetting.py.
    """

    message = models.ForeignKey("inbox.Message", on_delete=models.CASCADE, related_name="+", db_index=False)
    language = models.CharField(max_length=5)  # it was translated into
    text = models.TextField()
    has_gaps = models.BooleanField(default=False)  # a name or number did not come back
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "language"], name="one_translation_of_a_message")
        ]

    def __str__(self) -> str:
        return f"message {self.message_id} in {self.language}"
