"""Messages that a platform approved beforehand."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from channels.models.account import Account


class MessageTemplateQuerySet(models.QuerySet["MessageTemplate"]):
    """Named selections of templates."""

    def usable(self) -> MessageTemplateQuerySet:
        """Those that can be sent now, and filled in here."""
        return self.filter(status=MessageTemplate.Status.APPROVED, unfit="")


class MessageTemplate(models.Model):
    """One message the platform approved beforehand, as it was when last asked (channels/accounts/templates.py)."""

    class Status(models.TextChoices):
        """What the platform says of it; a word we do not know is shown as it is."""

        APPROVED = "approved", _("Approved")
        PENDING = "pending", _("Being reviewed")
        IN_APPEAL = "in_appeal", _("Being reviewed again")
        REJECTED = "rejected", _("Rejected")
        PAUSED = "paused", pgettext_lazy("state of a template", "Paused")
        DISABLED = "disabled", _("Switched off")

    class Category(models.TextChoices):
        """What the platform counts it as, and charges for."""

        UTILITY = "utility", pgettext_lazy("category of a template", "Service")
        MARKETING = "marketing", pgettext_lazy("category of a template", "Marketing")
        AUTHENTICATION = "authentication", pgettext_lazy("category of a template", "One-time code")

    class Unfit(models.TextChoices):
        """Why one cannot be filled in here."""

        MEDIA = "media", _("Wants a file on top")
        CODE = "code", _("For one-time codes")
        SPECIAL = "special", _("Has parts that are filled in elsewhere")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="templates")
    name = models.CharField(max_length=512)
    language = models.CharField(max_length=20)
    status = models.CharField(max_length=40, choices=Status.choices)
    category = models.CharField(max_length=40, choices=Category.choices, blank=True)
    header = models.TextField(blank=True)
    body = models.TextField()
    footer = models.TextField(blank=True)
    buttons = models.JSONField(default=list, blank=True)  # as channels.types.TemplateButton
    gaps = models.JSONField(default=list, blank=True)  # as channels.types.TemplateGap
    named = models.BooleanField(default=False)
    unfit = models.CharField(max_length=10, choices=Unfit.choices, blank=True)
    fetched_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = MessageTemplateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            # also serves the picker: one account's, by name
            models.UniqueConstraint(fields=["account", "name", "language"], name="one_template_per_name_and_language"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.language})"

    @property
    def is_usable(self) -> bool:
        """Whether it can be sent now, and filled in here."""
        return self.status == self.Status.APPROVED and not self.unfit
