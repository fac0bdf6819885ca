"""Signing in at a platform: our app there, and each attempt."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from channels.models.account import Account


class PlatformApp(models.Model):
    """Our app at a platform, where the environment does not name it (channels/accounts/oauth/apps.py)."""

    kind = models.CharField(max_length=10, primary_key=True)  # x | meta | google
    sealed = models.TextField(editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"app at {self.kind}"


class SignIn(models.Model):
    """One sign-in at a platform, from the button to the choice of accounts (channels/accounts/oauth/attempts.py).

    What is secret of it is encrypted, and gone once accounts were chosen.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    way = models.CharField(max_length=10)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    browser = models.CharField(max_length=64)  # a hash of its session
    state = models.CharField(max_length=64, unique=True)  # a hash of what the platform brings back
    sealed = models.TextField(blank=True, editable=False)
    started_at = models.DateTimeField(default=timezone.now)
    returned_at = models.DateTimeField(null=True, blank=True)  # the state works once

    class Meta:
        indexes: ClassVar = [models.Index(fields=["started_at"], name="sign_in_started")]

    def __str__(self) -> str:
        return f"sign-in {self.code} by {self.way}"
