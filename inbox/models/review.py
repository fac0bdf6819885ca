"""What a lead thought of an answer of a colleague's: whether it met the customer halfway."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Review(models.Model):
    """One lead's word on one answer that was sent. Read by its author and by leads, by nobody else."""

    class Verdict(models.TextChoices):
        """Whether the answer was accommodating."""

        YES = "yes", _("Accommodating")
        PARTLY = "partly", _("Partly accommodating")
        NO = "no", _("Not accommodating")

    message = models.ForeignKey("inbox.Message", on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=6, choices=Verdict.choices)
    remark = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)  # when it was last changed

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "reviewer"], name="one_review_per_answer_and_lead")
        ]
        # the list of reviewed answers, and the shares of the last ninety days
        indexes: ClassVar = [models.Index(fields=["-at", "-id"], name="reviews_newest")]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.verdict}"
