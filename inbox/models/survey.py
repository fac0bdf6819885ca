"""One question after a conversation was closed: how satisfied the customer is."""

from __future__ import annotations

import re
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# What a customer taps, best first: at most 20 characters, which is what a quick reply of Messenger holds.
CHOICES = {
    "nl": {5: "5 Heel tevreden", 4: "4 Tevreden", 3: "3 Gaat wel", 2: "2 Ontevreden", 1: "1 Heel ontevreden"},
    "en": {5: "5 Very satisfied", 4: "4 Satisfied", 3: "3 So-so", 2: "2 Dissatisfied", 1: "1 Very dissatisfied"},
}
SCORES = {
    5: _("very satisfied (5)"), 4: _("satisfied (4)"), 3: _("so-so (3)"), 2: _("dissatisfied (2)"),
    1: _("very dissatisfied (1)"),
}  # fmt: skip  # how colleagues read them
CHOOSE = {"nl": "Geef je oordeel", "en": "Give your opinion"}  # what opens the choices, where they are folded
SATISFIED = 4  # from this score on a customer counts as satisfied
LOW = 2  # up to this one leads may want to know
_KEY = re.compile(r"score:(?P<code>[0-9a-f-]{36}):(?P<score>[1-5])")


class SurveySettings(models.Model):
    """Whether an account asks, with which words, how long after closing, and how seldom."""

    class Delay(models.IntegerChoices):
        """Minutes after closing. The shortest outlasts the undo of closing."""

        SOON = 1, _("1 minute")
        QUARTER = 15, _("15 minutes")
        HOUR = 60, _("1 hour")
        FOUR_HOURS = 240, _("4 hours")

    account = models.OneToOneField(
        "channels.Account", on_delete=models.CASCADE, primary_key=True, related_name="survey_settings"
    )
    is_on = models.BooleanField(_("Ask how satisfied customers are"), default=False)
    delay = models.PositiveSmallIntegerField(_("How long after closing"), choices=Delay.choices, default=Delay.QUARTER)
    rest_days = models.PositiveSmallIntegerField(
        _("Ask a customer at most once in so many days"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    text_nl = models.TextField(
        _("Question in Dutch"), max_length=600, blank=True, default="Hoe tevreden ben je over hoe we je hielpen?"
    )
    text_en = models.TextField(
        _("Question in English"), max_length=600, blank=True, default="How satisfied are you with our help?"
    )

    def __str__(self) -> str:
        return f"{self.account_id}: {'on' if self.is_on else 'off'}"


class Survey(models.Model):
    """That a customer was asked, and the score once given. Made with its message, or neither is.

    The constraint keeps a customer from being asked twice: no two rests of one contact overlap.
    """

    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="surveys")
    contact = models.ForeignKey("inbox.Contact", on_delete=models.CASCADE, related_name="surveys")
    message = models.OneToOneField("inbox.Message", on_delete=models.CASCADE, related_name="survey")
    # Who answered last before it was closed: the score is about their help.
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    rest = DateTimeRangeField()  # in which this person is not asked again
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    scored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="one_survey_at_a_time_per_contact",
                expressions=[
                    # A range of one, since ranges need no extension of the database.
                    (Func(F("contact"), F("contact"), Value("[]"), function="int8range"), RangeOperators.OVERLAPS),
                    ("rest", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(score=None, scored_at=None) | Q(score__range=(1, 5), scored_at__isnull=False),
                name="score_is_one_to_five",
            ),
        ]
        indexes: ClassVar = [
            # what a score may be about (inbox/ingest/scores.py)
            models.Index(fields=["asked_at"], name="survey_asked"),
            # the figures of a period (reports/rows.py)
            models.Index(fields=["scored_at"], name="survey_scored", condition=Q(score__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.score or 'no score'}"


def key_of(message_code: object, score: int) -> str:
    """Return what a platform gives back when a score is tapped."""
    return f"score:{message_code}:{score}"


def read_key(choice: str) -> tuple[str, int] | None:
    """Return the message's code and the score of what was tapped; None for another program's button."""
    found = _KEY.fullmatch(choice)
    return (found["code"], int(found["score"])) if found else None


def score_in(text: str) -> int | None:
    """Return the score that a message's words are: a tapped title where only its words are told, or its number."""
    words = text.strip()
    titled = (score for choices in CHOICES.values() for score, title in choices.items() if words in (title, str(score)))
    return next(titled, None)
