"""Mood and language of posts a platform told: a moment after they are stored, where strangers' words are read."""

from __future__ import annotations

import logging

from django.utils import timezone

from inbox.text import sentiment
from monitoring.hits.models import Post
from webcare.lib.time_limit import TookTooLong, processor_time

log = logging.getLogger(__name__)
AT_ONCE = 200
LONGEST = 1.0  # seconds of processor time for one text


def are_any() -> bool:
    """Whether some wait."""
    return Post.objects.filter(estimated_at=None).exists()


def estimate_due() -> int:
    """Estimate what waits, some at a time; return how many were told. A text that takes too long is left as it is."""
    waiting = list(Post.objects.filter(estimated_at=None).order_by("pk").only("title", "text")[:AT_ONCE])
    if not waiting:
        return 0
    sentiment.load()
    # Before reading: a text that ends the process is not tried again.
    Post.objects.filter(pk__in=[post.pk for post in waiting]).update(estimated_at=timezone.now())
    for post in waiting:
        try:
            with processor_time(LONGEST):
                told = sentiment.estimate(f"{post.title} {post.text}")
        except TookTooLong:
            log.warning("Post %s took too long to estimate.", post.pk)
            continue
        Post.objects.filter(pk=post.pk).update(language=told.language, mood=told.mood)
    return len(waiting)
