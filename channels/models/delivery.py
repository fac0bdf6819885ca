"""Webhook bodies as they arrived, what of them was not understood, and what has to go from them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels.models.account import Account


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Named selections of deliveries."""

    def failing(self) -> Self:
        """What cannot be read now: given up, or failed at least once and about to be tried again."""
        tried = Q(status=Delivery.Status.WAITING, attempts__gte=1) & ~Q(error__in=["", Delivery.PAUSED])
        return self.filter(Q(status=Delivery.Status.FAILED) | tried)

    def release(self) -> int:
        """Let bodies be read again as if for the first time, each by itself; return how many."""
        return self.update(
            status=Delivery.Status.WAITING, retry_at=None, claimed_at=None, attempts=0, losses=0, alone=True,
            looks_up=[], error="",
        )  # fmt: skip


class Delivery(models.Model):
    """One webhook body as it arrived. Stored before 200 is answered; kept until it has been read, and a while after."""

    class Status(models.TextChoices):
        """How far reading it got."""

        WAITING = "waiting", _("Waiting")
        READ = "read", _("Read")
        FAILED = "failed", _("Could not be read")

    PAUSED = "The account is paused."  # what a delivery that waits for that has as its error

    product = models.CharField(max_length=20)  # meta | x
    body = models.BinaryField()  # the raw bytes the signature was made over
    received_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)  # written down before reading begins
    losses = models.PositiveSmallIntegerField(default=0)  # of readers that died while they read it alone
    alone = models.BooleanField(default=False)  # read by itself: something spoiled its company
    # Accounts whose platform has to be asked for what the body only points at; everything else in it is in.
    looks_up = ArrayField(models.BigIntegerField(), default=list, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects: ClassVar = DeliveryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            # serves the task that reads waiting deliveries
            models.Index(fields=["id"], name="delivery_waiting", condition=Q(status="waiting")),
            # serves the page of failed deliveries and its count
            models.Index(fields=["-received_at"], name="delivery_failed", condition=Q(status="failed")),
            # serves the purge by age
            models.Index(fields=["received_at"], name="delivery_received"),
        ]

    def __str__(self) -> str:
        return f"{self.product} delivery {self.pk}: {self.status}"


class UnreadItem(models.Model):
    """One thing a platform sent that we did not understand: kept with its body, counted on the account's page."""

    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="unread_items")
    delivery = models.ForeignKey(
        Delivery, null=True, blank=True, on_delete=models.SET_NULL, related_name="unread_items"
    )
    reason = models.CharField(max_length=200)
    body = models.JSONField(encoder=DjangoJSONEncoder)
    digest = models.CharField(max_length=64)
    seen_at = models.DateTimeField(default=timezone.now)
    times = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            # a poller meets the same strange item every round; it is one item
            models.UniqueConstraint(
                fields=["account", "digest"], name="one_unread_item_per_body", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} ({self.digest[:8]})"


class Withdrawal(models.Model):
    """A message that was removed and whose words may still stand in what was kept. Gone when they are gone."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="withdrawals")
    external_id = models.CharField(max_length=500)
    since = models.DateTimeField()  # nothing that came in before holds its words
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "external_id"], name="one_withdrawal_per_message")
        ]

    def __str__(self) -> str:
        return f"{self.external_id} {self.told_at:%Y-%m-%d %H:%M}"


def digest_of(body: Mapping[str, Any]) -> str:
    """Return a stable SHA-256 hex digest of a JSON body, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
