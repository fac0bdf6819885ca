"""Planned posts that a person let go although an incident held them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class ReleasedPost(models.Model):
    """One post and who let it go: what held it by then holds it no more (inbox/outbox/posts.py)."""

    message = models.OneToOneField(
        "inbox.Message", primary_key=True, on_delete=models.CASCADE, related_name="released_post"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = models.Manager()

    def __str__(self) -> str:
        return f"{self.message_id} at {self.at}"
