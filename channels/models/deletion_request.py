"""What Meta asks to delete for somebody."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone


def _confirmation_code() -> str:
    return uuid.uuid4().hex


class DeletionRequest(models.Model):
    """Somebody asked Meta that we delete what we hold of them (channels/pages/meta_callbacks.py). It names nobody."""

    code = models.CharField(max_length=32, unique=True, default=_confirmation_code, editable=False)
    digest = models.CharField(max_length=64, unique=True)  # of what Meta sent: told again, it is the same request
    asked_at = models.DateTimeField(default=timezone.now)
    erasures = models.ManyToManyField("inbox.Erasure", related_name="+")  # none: we held nothing

    def __str__(self) -> str:
        return f"deletion {self.code}"
