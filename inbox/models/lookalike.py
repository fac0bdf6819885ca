"""Somebody whose name or handle looks like one of our accounts."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Lookalike(models.Model):
    """Which account an identity looks like, and who said that it pretends nothing. Its own row: few are."""

    identity = models.OneToOneField(
        "inbox.Identity", on_delete=models.CASCADE, primary_key=True, related_name="lookalike"
    )
    account = models.ForeignKey("channels.Account", on_delete=models.CASCADE, related_name="+")
    found_at = models.DateTimeField(default=timezone.now)
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(dismissed_at__isnull=False) | models.Q(dismissed_by=None),
                name="lookalike_dismissed_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.identity_id} like {self.account_id}"
