"""The CRM that an admin connected."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.writing.kinds import Kind


class Connection(models.Model):
    """One CRM. There is one at a time; what was disconnected keeps its ledger and no credentials."""

    class Brand(models.TextChoices):
        """What it is."""

        SALESFORCE = "salesforce", "Salesforce"
        WEBHOOK = "webhook", _("Another CRM, by webhook")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    brand = models.CharField(max_length=12)  # one of Brand
    host = models.CharField(max_length=255, editable=False)  # what may be shown of its address
    sealed = models.TextField(blank=True, editable=False)
    writes = ArrayField(models.CharField(max_length=30, choices=Kind.choices), default=list, blank=True)
    with_words = models.BooleanField(default=True)  # whether what was said goes along
    accounts = ArrayField(models.BigIntegerField(), null=True, blank=True)  # None: every account
    teams = ArrayField(models.BigIntegerField(), null=True, blank=True)  # None: every team, and what no team has
    is_on = models.BooleanField(default=True)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(models.Value(1), condition=Q(removed_at=None), name="one_crm_connected"),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.host}"

    @property
    def title(self) -> str:
        """What it is, in words."""
        return str(self.Brand(self.brand).label)

    @property
    def name(self) -> str:
        """What it is called beside a customer: where what stands there comes from."""
        return self.title if self.brand == self.Brand.SALESFORCE else "CRM"
