"""News about a message that has not come in yet."""

from __future__ import annotations

from typing import ClassVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class EarlyEvent(models.Model):
    """An edit, removal, receipt or reaction that overtook its message. Applied when that arrives, then deleted."""

    account = models.ForeignKey("channels.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    external_id = models.CharField(max_length=255)  # of the message it is about
    kind = models.CharField(max_length=20)  # edit | removal | report | watermark | reaction
    data = models.JSONField(encoder=DjangoJSONEncoder)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "external_id", "digest"], name="one_early_event_each")
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.external_id}"
