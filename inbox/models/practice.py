"""Practice: fictional cases, a copy of each for every colleague who takes part, and what a lead says of the answers."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from webcare.lib.bidi import NameField


class PracticeRound(models.Model):
    """One time that people practise on the same cases. Open until a lead ends it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = NameField(_("name"), max_length=80)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)  # from then on everybody sees their own scores

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name


class PracticeCase(models.Model):
    """One fictional customer, what they say, and what is asked of whoever answers."""

    round = models.ForeignKey(PracticeRound, on_delete=models.CASCADE, related_name="cases")
    position = models.PositiveSmallIntegerField()
    title = NameField(max_length=120)
    platform = models.CharField(max_length=20)
    is_public = models.BooleanField(default=True)
    customer = NameField(max_length=80)
    words = models.TextField()
    task = models.TextField(blank=True)
    draft = models.TextField(blank=True)  # a colleague's, to be improved
    hints = models.TextField(blank=True)  # what counts, for the reviewer alone

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class PracticeSeat(models.Model):
    """Somebody's place in a round. Their copies are in accounts of their own, which no platform knows."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(PracticeRound, on_delete=models.CASCADE, related_name="seats")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="practice_seats")
    began_at = models.DateTimeField(null=True, blank=True)  # when the cases came in: the clock runs from there

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "person"], name="one_seat_per_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.round_id}"


class PracticeCopy(models.Model):
    """One person's copy of a case: a conversation like any other, but in their practice account."""

    seat = models.ForeignKey(PracticeSeat, on_delete=models.CASCADE, related_name="copies")
    case = models.ForeignKey(PracticeCase, on_delete=models.CASCADE, related_name="copies")
    conversation = models.OneToOneField("inbox.Conversation", on_delete=models.CASCADE, related_name="practice_copy")
    score = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    remark = models.TextField(blank=True)
    scored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seat", "case"], name="one_copy_per_person"),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__range=(1, 5)), name="practice_score_is_one_to_five"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} on {self.case_id}"
