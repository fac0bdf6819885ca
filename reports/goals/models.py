"""What a figure should be, from a day on. A new goal follows the old, which is kept."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class Goal(models.Model):
    """What one figure should be from a day on; `value` None ends the goal before."""

    figure = models.CharField(max_length=40)
    starts = models.DateField()
    value = models.FloatField(null=True, blank=True)  # in the figure's own unit
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["figure", "starts"], name="one_goal_from_a_day")]

    def __str__(self) -> str:
        return f"{self.figure} from {self.starts}"

    @property
    def is_coming(self) -> bool:
        """Whether it does not hold yet."""
        return self.starts > timezone.localdate()
