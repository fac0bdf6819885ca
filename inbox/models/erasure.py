"""That a person was erased: a receipt that names nobody, and what keeps their words from coming back."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class ErasureKey(models.Model):
    """What erased ids are hashed with: one row, made at the first erasure. Without it a hash says nothing."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    sealed = models.TextField()  # by channels/secrets.py

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_erasure_key")]

    def __str__(self) -> str:
        return "erasure key"


class ErasedId(models.Model):
    """The hash of a message's id at one account: told again, that message stays away."""

    digest = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return str(self.digest)


class Erasure(models.Model):
    """One person's erasure. The row is the queue: begun, it is carried to its end whoever dies meanwhile.

    `sealed` holds what is still looked for, encrypted, until nothing of it is left; then it is empty.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contact = models.OneToOneField("inbox.Contact", on_delete=models.PROTECT, related_name="erasure")
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)  # moves on with every try, before it begins
    waits_for = models.CharField(max_length=10, blank=True)  # why it has not got further, in one word
    emptied_at = models.DateTimeField(null=True, blank=True)  # from here on nobody sees anything of them
    done_at = models.DateTimeField(null=True, blank=True)
    sealed = models.TextField(blank=True, editable=False)
    counts = models.JSONField(default=dict, blank=True)  # what is gone, by kind
    fingerprint = models.CharField(max_length=16, blank=True)
    named = models.JSONField(default=list, db_default=[], blank=True)  # as inbox/privacy/naming.py keeps it

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(sealed="", emptied_at__isnull=False),
                name="erasure_ends_with_nothing_left",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="erasure_due", condition=Q(done_at=None)),
            models.Index(fields=["-at", "-id"], name="erasures_newest"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What the receipt is called."""
        return f"W-{self.at.year}-{self.pk:04}"

    @property
    def total(self) -> int:
        """How many things are gone."""
        return sum(self.counts.values())
