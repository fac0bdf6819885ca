"""Whether somebody is at work: what they chose, and when a page last saw them do something."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Presence(models.Model):
    """One row a person. A table of its own: it is written every minute, people hardly ever."""

    class State(models.TextChoices):
        """What a person chooses. Present also needs to be seen: see inbox/routing/presence.py."""

        PRESENT = "present", _("Present")
        AWAY = "away", _("Away for a moment")
        OFF = "off", _("Not at work")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="presence"
    )
    chosen = models.CharField(max_length=8, choices=State.choices, default=State.PRESENT)
    seen_at = models.DateTimeField(default=timezone.now)
    given_at = models.DateTimeField(null=True, blank=True)  # when a conversation was last assigned by itself

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(chosen__in=["present", "away", "off"]), name="presence_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.chosen}"
