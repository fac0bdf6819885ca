"""What is listened for: a query, where it is asked, and who sees what it finds."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.models import User
from monitoring.queries.language import LONGEST
from webcare.lib.bidi import NameField


class QueryQuerySet(models.QuerySet["Query"]):
    """Named selections of queries."""

    def visible_to(self, user: User) -> Self:
        """Those of accounts this person reads, and of no team that is closed to them."""
        return self.visible_in(user.readable_accounts().order_by().values("pk"), user.closed_teams)

    def visible_in(self, accounts: Collection[int] | models.QuerySet[Any, Any], closed: Collection[int]) -> Self:
        """Those a reader of these accounts sees, who is outside these teams."""
        found = self.filter(Q(account=None) | Q(account__in=accounts))
        return found.exclude(team__in=closed) if closed else found

    def running(self) -> Self:
        """Those that are listened to now."""
        return self.filter(paused_at=None)

    def to_ask(self, now: datetime) -> Self:
        """Those whose platform is to be searched now: by accounts that work, the longest overdue first."""
        return (
            self.running()
            .filter(
                next_search_at__lte=now, account__removed_at=None, account__paused_at=None,
                account__needs_reauth_at=None,
            )
            .exclude(account=None)
            .filter(Q(claimed_until=None) | Q(claimed_until__lt=now))
            .order_by("next_search_at", "pk")
        )  # fmt: skip


class Query(models.Model):
    """A saved query. What it finds stands apart from what is addressed to us."""

    class Language(models.TextChoices):
        """In which language posts have to be; none chosen: any."""

        DUTCH = "nl", _("Dutch")
        ENGLISH = "en", _("English")
        GERMAN = "de", _("German")
        FRENCH = "fr", _("French")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = NameField(_("name"), max_length=60)
    text = models.CharField(_("query"), max_length=LONGEST)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, blank=True)
    # Whose search is asked; none: no platform is searched.
    account = models.ForeignKey(
        "channels.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="monitored"
    )
    in_feeds = models.BooleanField(_("blogs, forums and news"), default=True)
    team = models.ForeignKey("inbox.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="monitored")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    paused_at = models.DateTimeField(null=True, blank=True)
    # How far the search got. Moves only in the transaction that stores what was found.
    cursor = models.JSONField(default=dict, blank=True)
    next_search_at = models.DateTimeField(default=timezone.now)
    interval = models.DurationField(default=timedelta(minutes=2))
    claimed_until = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=40, blank=True)  # one of channels.errors.REASONS; "" while it works

    objects: ClassVar = QueryQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(account=None) | Q(in_feeds=True), name="query_is_asked_somewhere"),
        ]
        indexes: ClassVar = [
            # serves QueryQuerySet.to_ask
            models.Index(
                fields=["next_search_at"], name="query_due", condition=Q(paused_at=None, account__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name
