"""What a figure should be, from a day on: of everything, of an account or of a team. A new goal follows the old."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Goal(models.Model):
    """What one figure should be from a day on; `value` None ends the goal before."""

    figure = models.CharField(max_length=40)
    starts = models.DateField()
    # Neither: of everything that has no goal of its own.
    account = models.ForeignKey("channels.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey("inbox.Team", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    value = models.FloatField(null=True, blank=True)  # in the figure's own unit
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["figure", "starts", "account", "team"], nulls_distinct=False, name="one_goal_from_a_day_on"
            ),
            models.CheckConstraint(condition=Q(account=None) | Q(team=None), name="goal_is_of_an_account_or_of_a_team"),
        ]

    def __str__(self) -> str:
        return f"{self.figure} from {self.starts}"

    @property
    def is_coming(self) -> bool:
        """Whether it does not hold yet."""
        return self.starts > timezone.localdate()
