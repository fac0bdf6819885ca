"""More messages, or angrier ones, than an account usually gets at this hour of the week."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

SHORTEST_COOL_DOWN, LONGEST_COOL_DOWN = 15, 1440


class SpikeWatch(models.Model):
    """How one account is watched, and who is told. Made by the first sweep that sees the account."""

    class Sensitivity(models.TextChoices):
        """How unusual it has to be."""

        OFF = "off", _("Do not watch")
        LOW = "low", _("Only what is very unusual")
        NORMAL = "normal", _("What is clearly unusual")
        HIGH = "high", _("Soon, and sometimes for nothing")

    account = models.OneToOneField(
        "channels.Account", primary_key=True, on_delete=models.CASCADE, related_name="spike_watch"
    )
    sensitivity = models.CharField(_("warn of"), max_length=8, choices=Sensitivity.choices, default=Sensitivity.NORMAL)
    cool_down = models.PositiveSmallIntegerField(
        _("minutes of silence after a spike"),
        default=120,
        validators=[MinValueValidator(SHORTEST_COOL_DOWN), MaxValueValidator(LONGEST_COOL_DOWN)],
    )
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")  # empty: who leads it
    # When its oldest message was written: weeks before it say nothing. None until there is one.
    learned_from = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.account_id}: {self.sensitivity}"


class Spike(models.Model):
    """One time that it was unusual, from its first minute to its last. One at a time per account and kind."""

    class Kind(models.TextChoices):
        """What was unusual: `value`, `usual` and `limit` are messages in an hour, or a share in per cent."""

        VOLUME = "volume", _("Unusually busy")
        NEGATIVE = "negative", _("Unusually negative")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey("channels.Account", on_delete=models.CASCADE, related_name="spikes")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    began_at = models.DateTimeField(default=timezone.now)
    over_at = models.DateTimeField(null=True, blank=True)
    value = models.PositiveIntegerField()  # when it was noticed
    usual = models.PositiveIntegerField()
    limit = models.PositiveIntegerField()
    peak = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "kind"], condition=Q(over_at=None), name="one_spike_at_a_time"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-began_at", "-id"], name="spike_newest"),
            models.Index(fields=["account", "kind", "-over_at"], name="spike_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.account_id}: {self.value}, usually {self.usual}"

    def get_absolute_url(self) -> str:
        """Its own page."""
        return f"/inbox/spikes/{self.code}/"
