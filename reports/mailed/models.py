"""Who is mailed figures, of what and how often; and what was sent."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MailedReport(models.Model):
    """One report to one colleague, until somebody ends it."""

    class Every(models.TextChoices):
        """How often, and of how long a period."""

        WEEK = "week", _("every week, on Monday")
        MONTH = "month", _("every month, on the first")

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    every = models.CharField(_("how often"), max_length=5, choices=Every.choices)
    # What the page of figures was narrowed to, as the parameters of its address.
    filters = models.CharField(max_length=300, blank=True, default="")
    title = models.CharField(max_length=300, blank=True, default="")  # the same in names, as they were then
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reader", "every", "filters"], name="one_report_of_the_same_to_a_reader")
        ]

    def __str__(self) -> str:
        return f"{self.every} to {self.reader_id}"


class SentReport(models.Model):
    """A period that was mailed. The row is written before the mail leaves: no period is mailed twice."""

    report = models.ForeignKey(MailedReport, on_delete=models.CASCADE, related_name="sent")
    first = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "first"], name="each_period_mailed_once")]

    def __str__(self) -> str:
        return f"{self.report_id} from {self.first}"
