"""How long closed conversations are kept, and what every night's run took out."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST = 240  # months


class RetentionRule(models.Model):
    """How long is kept what was closed: of one account, with one label, or of everything. A label goes first."""

    account = models.OneToOneField(
        "channels.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="retention"
    )
    label = models.OneToOneField(
        "inbox.Label", null=True, blank=True, on_delete=models.CASCADE, related_name="retention"
    )
    months = models.PositiveSmallIntegerField(  # None: kept for ever
        _("months"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "label"], name="one_retention_rule_each", nulls_distinct=False),
            models.CheckConstraint(condition=Q(account=None) | Q(label=None), name="retention_is_of_one_thing"),
            models.CheckConstraint(condition=Q(months=None) | Q(months__gte=1), name="retention_is_a_month_at_least"),
        ]

    def __str__(self) -> str:
        return f"account {self.account_id}, label {self.label_id}: {self.months}"


class RetentionRun(models.Model):
    """One night's work. The row is the queue: a run that was killed goes on."""

    day = models.DateField(unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)  # moves on with every batch
    ended_at = models.DateTimeField(null=True, blank=True)
    conversations = models.PositiveIntegerField(default=0)
    messages = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    rules = models.JSONField(default=list)  # as they were that night: what, months and how many conversations

    class Meta:
        ordering: ClassVar = ["-day"]

    def __str__(self) -> str:
        return f"{self.day}: {self.conversations}"
