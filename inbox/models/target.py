"""Within how long a customer should have an answer."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

DEFAULT_MINUTES = 60  # where no target says anything
LONGEST_MINUTES = 14 * 24 * 60


class ResponseTarget(models.Model):
    """A promise for some conversations: of an account, of a team, from a priority on. None named: for all.

    Of several that fit, the most specific one counts (inbox/sla/targets.py).
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    minutes = models.PositiveIntegerField(
        _("minutes"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST_MINUTES)]
    )
    account = models.ForeignKey(
        "channels.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="targets"
    )
    team = models.ForeignKey("inbox.Team", null=True, blank=True, on_delete=models.CASCADE, related_name="targets")
    # Of the priority without its share for waiting: what a customer waits must not change what was promised.
    priority_from = models.PositiveSmallIntegerField(null=True, blank=True)
    in_opening_hours = models.BooleanField(default=False)  # else the clock runs day and night

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "team", "priority_from"],
                nulls_distinct=False,
                name="one_target_for_the_same",
                violation_error_message=_("There is a target for the same conversations already. Change that one."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=LONGEST_MINUTES), name="target_is_a_time_to_keep"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.minutes} min"
