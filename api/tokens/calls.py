"""Calls that were done, kept for whoever sends the same again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from api.tokens.models import IdempotentCall

KEPT = timedelta(days=1)


def forget() -> None:
    """Delete what was kept long enough."""
    IdempotentCall.objects.filter(at__lt=timezone.now() - KEPT).delete()
