"""Telling a browser that is closed: our key, who subscribed with which browser, and what is on its way."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from inbox.models.notice import Notification


class PushKey(models.Model):
    """The key that browsers know Webcare by (VAPID): one row, made at first need."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    public = models.CharField(max_length=100)
    sealed_private = models.TextField()  # by channels/secrets.py
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_push_key")]

    def __str__(self) -> str:
        return self.public


class PushSubscription(models.Model):
    """One browser that tells one person, as its push service knows it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions")
    # A browser has one address, whoever signs in to it: it tells one person.
    endpoint = models.CharField(max_length=1000, unique=True)
    sealed_keys = models.TextField()  # what messages to this browser are encrypted with
    browser = models.CharField(max_length=60)
    at = models.DateTimeField(default=timezone.now)
    pushed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "at"], name="push_of_person")]

    def __str__(self) -> str:
        return f"{self.browser} of {self.user_id}"


class PushDelivery(models.Model):
    """A notification on its way to a browser. The row is the queue: it is gone once the push service took it."""

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="push_deliveries")
    subscription = models.ForeignKey(PushSubscription, on_delete=models.CASCADE, related_name="deliveries")
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["notification", "subscription"], name="pushed_once_to_a_browser")
        ]
        indexes: ClassVar = [models.Index(fields=["due_at"], name="push_delivery_due")]

    def __str__(self) -> str:
        return f"{self.notification_id} to {self.subscription_id}"
