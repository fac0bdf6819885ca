"""The ledger of what was read."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from channels.models.account import Account


class Reading(models.Model):
    """A line of the ledger: what one account was told in one reading (channels/intake/ledger.py)."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="readings", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    stream = models.CharField(max_length=30, blank=True)  # what was asked; empty: it came by webhook
    deliveries = ArrayField(models.BigIntegerField(), default=list, blank=True)  # the bodies it was read from
    items = models.PositiveIntegerField()
    new = models.PositiveIntegerField(default=0)  # messages we did not have
    refused = models.PositiveIntegerField(default=0)  # items that could not be stored
    is_known = models.BooleanField(default=False)  # messages that were all here already
    took = models.PositiveIntegerField(default=0)  # milliseconds

    class Meta:
        indexes: ClassVar = [
            # serves an account's ledger, newest first
            models.Index(fields=["account", "-at", "-id"], name="reading_of_account"),
            # serves the purge by age
            models.Index(fields=["at"], name="reading_at"),
        ]

    def __str__(self) -> str:
        return f"reading {self.pk} of {self.account_id}"
