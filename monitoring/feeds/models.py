"""A feed that is read along: of a blog, a forum or the news."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from webcare.lib.bidi import NameField


class FeedQuerySet(models.QuerySet["Feed"]):
    """Named selections of feeds."""

    def to_fetch(self, now: datetime) -> Self:
        """Those to ask now, the longest overdue first; not while something waits to be read."""
        free = Q(claimed_until=None) | Q(claimed_until__lt=now)
        return self.filter(free, next_fetch_at__lte=now, body=None).order_by("next_fetch_at", "pk")


class Feed(models.Model):
    """One RSS or Atom feed. `body` is what was fetched and not read yet: the row is the queue."""

    class Kind(models.TextChoices):
        """What it is a feed of."""

        BLOG = "blog", _("Blog")
        FORUM = "forum", _("Forum")
        NEWS = "news", _("News")

    class Problem(models.TextChoices):
        """Why nothing comes."""

        GONE = "gone", _("There is no feed any more at this address.")
        REFUSED = "refused", _("The site refuses to give the feed.")
        UNREACHABLE = "unreachable", _("The site cannot be reached.")
        PRIVATE = "private", _("The address is inside a private network.")
        TOO_LARGE = "too_large", _("The feed is larger than we read.")
        NO_FEED = "no_feed", _("What stands there is no feed.")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    url = models.URLField(max_length=1000, unique=True)
    host = models.CharField(max_length=253)  # asked at a pace of its own
    title = NameField(max_length=120)
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.BLOG)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    etag = models.CharField(max_length=300, blank=True)
    modified = models.CharField(max_length=100, blank=True)  # the site's Last-Modified, word for word
    next_fetch_at = models.DateTimeField(default=timezone.now)
    interval = models.DurationField(default=timedelta(minutes=15))
    claimed_until = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    new_at = models.DateTimeField(null=True, blank=True)  # when something new stood in it last
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=12, choices=Problem.choices, blank=True)
    body = models.BinaryField(null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)  # at reading `body`; a crash counts too

    objects: ClassVar = FeedQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["title", "pk"]
        indexes: ClassVar = [
            # serves FeedQuerySet.to_fetch
            models.Index(fields=["next_fetch_at"], name="feed_due"),
        ]

    def __str__(self) -> str:
        return self.title
