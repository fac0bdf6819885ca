"""What is polled for an account, and how far it got."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from channels.models.account import Account

POLL_FASTEST = timedelta(seconds=10)
POLL_SLOWEST = timedelta(minutes=5)


class StreamQuerySet(models.QuerySet["Stream"]):
    """Named selections of streams."""

    def due(self, now: datetime) -> StreamQuerySet:
        """Streams to poll now, of connected accounts whose access works, longest overdue first."""
        return (
            self.filter(
                enabled=True,
                next_poll_at__lte=now,
                account__removed_at=None,
                account__paused_at=None,
                account__needs_reauth_at=None,
            )
            .filter(Q(locked_until=None) | Q(locked_until__lt=now))
            .order_by("next_poll_at")
        )


class Stream(models.Model):
    """One thing polled for an account: mentions, comments, private messages, a saved query."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="streams")
    name = models.CharField(max_length=30)
    query = models.CharField(max_length=512, blank=True)
    enabled = models.BooleanField(default=True)
    # Moves only in the transaction that stores what was fetched.
    cursor = models.JSONField(default=dict, blank=True)
    next_poll_at = models.DateTimeField(default=timezone.now)
    interval = models.DurationField(default=timedelta(seconds=20))
    locked_until = models.DateTimeField(null=True, blank=True)
    last_polled_at = models.DateTimeField(null=True, blank=True)
    last_item_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)

    objects: ClassVar = StreamQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "name", "query"], name="one_stream_per_account_and_query"),
        ]
        indexes: ClassVar = [
            # serves StreamQuerySet.due, asked every two seconds
            models.Index(fields=["next_poll_at"], name="stream_due", condition=Q(enabled=True)),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.name}"
