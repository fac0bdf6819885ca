"""How much of what a platform allows in a day was used."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class QuotaUse(models.Model):
    """The units one Google project used on one day, as it is counted in California (channels/youtube/quota.py)."""

    project = models.CharField(max_length=64)  # a digest of its number
    day = models.DateField()
    units = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "day"], name="one_use_per_project_and_day")]

    def __str__(self) -> str:
        return f"{self.units} units on {self.day}"
