"""A post as it was planned: its words, pictures and moment, and one part for each account it is for."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.models import User
from webcare.lib.time_zones import zone_named


class PostQuerySet(models.QuerySet["Post"]):
    """Named selections of posts."""

    def visible_to(self, user: User) -> Self:
        """Those of which somebody reads every account."""
        parts = Part.objects.filter(post=OuterRef("pk"))
        unseen = parts.exclude(account__in=user.readable_accounts().order_by().values("pk"))
        return self.filter(Exists(parts)).exclude(Exists(unseen))


class Post(models.Model):
    """What goes out on one or more accounts at one moment. How far each is stands in its row of the outbox."""

    class State(models.TextChoices):
        """How far planning is. What became of it at the platforms is asked of the parts."""

        DRAFT = "draft", _("Draft")
        ASKED = "asked", _("Waiting for approval")
        PLANNED = "planned", _("Planned")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(_("text"))
    link = models.URLField(_("link"), max_length=500, blank=True)
    at = models.DateTimeField(_("moment"))
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True)  # empty: the organisation's
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=0)  # grows as words or moment change: one decides about one
    # Who wrote the words as they are; another person approves them.
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=500, blank=True)  # why it was given back
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = PostQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(approved_by=F("author")), name="nobody_approves_their_own_post"),
        ]
        indexes: ClassVar = [
            # the calendar and the list
            models.Index(fields=["at", "id"], name="post_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.at:%Y-%m-%d %H:%M}"

    @property
    def zone(self) -> ZoneInfo:
        """By whose clock it was planned."""
        return zone_named(self.time_zone)

    @property
    def local_at(self) -> datetime:
        """Its moment by that clock."""
        return self.at.astimezone(self.zone)

    @property
    def is_open(self) -> bool:
        """Whether its words can still be changed: nothing of it is in the outbox."""
        return self.state != self.State.PLANNED


class Part(models.Model):
    """A post on one account, with words of its own where those differ. `message` is its row of the outbox."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="parts")
    account = models.ForeignKey("channels.Account", on_delete=models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    message = models.OneToOneField(
        "inbox.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="planned_post"
    )

    class Meta:
        ordering: ClassVar = ["account__platform", "account__name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["post", "account"], name="one_part_of_a_post_an_account")
        ]

    def __str__(self) -> str:
        return f"{self.post_id} on {self.account_id}"

    @property
    def words(self) -> str:
        """All that leaves: its own text or the post's, and the link below it."""
        return "\n\n".join(part for part in (self.text or self.post.text, self.post.link) if part)


class Picture(models.Model):
    """A picture of a post, and what it shows for who cannot see it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="pictures")
    file = models.FileField(upload_to="posts/%Y/%m/", max_length=300)
    mime_type = models.CharField(max_length=100)
    filename = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    alt_text = models.CharField(max_length=1000)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.filename
