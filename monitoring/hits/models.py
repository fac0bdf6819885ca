"""A post that monitoring knows of, and which queries found it."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.models import Conversation, User
from monitoring.feeds.models import Feed
from monitoring.queries.models import Query
from webcare.lib.bidi import NameField

WEB = "web"


class PostQuerySet(models.QuerySet["Post"]):
    """Named selections of posts."""

    def found(self) -> Self:
        """Those that a query found, whoever may see it."""
        return self.filter(found_at__isnull=False)

    def found_for(self, user: User) -> Self:
        """Those that a query found which this person sees."""
        queries = Query.objects.visible_to(user).order_by().values("pk")
        return self.found().filter(Exists(Hit.objects.filter(post=OuterRef("pk"), query__in=queries)))


class Post(models.Model):
    """What somebody wrote elsewhere, not to us: on X, or at a blog, a forum or a news site.

    Kept as text alone. No clock runs for it, and it is in no list of the inbox until somebody takes it up.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        TAKEN = "taken", _("Taken up in the inbox")
        ON_SITE = "on_site", _("Answered on the site itself")
        NOTHING = "nothing", _("Seen, nothing to do")
        OTHERS = "others", _("Not about us")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.CharField(max_length=20)  # a platform's name, or "web"
    external_id = models.CharField(max_length=200)
    account = models.ForeignKey(
        "channels.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )  # that found it first
    feed = models.ForeignKey(Feed, null=True, blank=True, on_delete=models.SET_NULL, related_name="posts")
    site = NameField(max_length=120, blank=True)  # what the feed is called, also once it is gone
    author_id = models.CharField(max_length=160, blank=True)  # the platform's; on the web a site and a name there
    author = NameField(max_length=200, blank=True)
    handle = NameField(max_length=120, blank=True)
    followers = models.PositiveIntegerField(null=True, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    thread_id = models.CharField(max_length=160, blank=True)
    parent_id = models.CharField(max_length=160, blank=True)
    language = models.CharField(max_length=5, blank=True)
    mood = models.CharField(max_length=10, choices=Conversation.Mood.choices, blank=True)
    estimated_at = models.DateTimeField(null=True, blank=True)  # when mood and language were told
    published_at = models.DateTimeField()
    stored_at = models.DateTimeField(default=timezone.now)
    found_at = models.DateTimeField(null=True, blank=True)  # by the first query; None: no query found it
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    conversation = models.ForeignKey(Conversation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar = PostQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="one_post_per_id"),
            models.CheckConstraint(
                condition=Q(done_at=None, outcome="") | Q(done_at__isnull=False), name="outcome_has_a_time"
            ),
        ]
        indexes: ClassVar = [
            # the page of hits: what is to be looked at, and everything
            models.Index(
                fields=["-found_at", "-id"], name="post_to_see", condition=Q(found_at__isnull=False, done_at=None)
            ),
            models.Index(fields=["-found_at", "-id"], name="post_found", condition=Q(found_at__isnull=False)),
            # what a new query looks back at, and what is forgotten
            models.Index(fields=["-published_at", "-id"], name="post_published"),
            models.Index(fields=["id"], name="post_to_estimate", condition=Q(estimated_at=None)),
            # whose posts go when a person is erased
            models.Index(fields=["source", "author_id"], name="post_of_author", condition=~Q(author_id="")),
            models.Index(fields=["done_by"], name="post_done_by", condition=Q(done_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"

    @property
    def who(self) -> str:
        """Who wrote it, as far as that is told."""
        return self.author or (f"@{self.handle}" if self.handle else "")


class Hit(models.Model):
    """One query found one post, once."""

    query = models.ForeignKey(Query, on_delete=models.CASCADE, related_name="hits", db_index=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="hits")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["query", "post"], name="one_hit_per_query_and_post")]

    def __str__(self) -> str:
        return f"{self.query_id} found {self.post_id}"
