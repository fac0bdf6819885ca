"""What is kept no longer: posts that no query found, and after a while those that were."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from monitoring.hits.models import Post

UNFOUND = timedelta(days=30)  # what a new query can look back at
FOUND = timedelta(days=396)  # a year and a month, so that a month can be laid beside that of last year
AT_ONCE = 2000


def forget_old(now: datetime | None = None) -> int:
    """Delete posts that are kept no longer; return how many. What was taken up stays in the inbox, by its own rules."""
    now = now or timezone.now()
    gone = 0
    for rows in (
        Post.objects.filter(found_at=None, stored_at__lt=now - UNFOUND),
        Post.objects.filter(found_at__lt=now - FOUND),
    ):
        while some := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
            gone += len(some)
            Post.objects.filter(pk__in=some).delete()
    return gone
