"""When the office is open, as an admin filled it in; and what was sent by itself while it was not."""

from __future__ import annotations

from typing import ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from inbox.models.opening_hours import Hours, Span
from inbox.models.organisation import Organisation
from inbox.models.public_holidays import PublicHolidays


class OpeningDay(models.Model):
    """The hours of one weekday, or of one date that is otherwise. No spans: closed.

    A filled-in week has all seven weekdays: "never open" differs from "not filled in".
    """

    weekday = models.PositiveSmallIntegerField(null=True, blank=True, unique=True)  # 0 is Monday
    date = models.DateField(null=True, blank=True, unique=True)
    name = models.CharField(max_length=60, blank=True)  # why a date is otherwise: King's Day
    spans = ArrayField(ArrayField(models.TimeField(), size=2), default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["date", "weekday"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(weekday__isnull=True, date__isnull=False) | Q(weekday__range=(0, 6), date__isnull=True),
                name="opening_day_is_a_weekday_or_a_date",
            )
        ]

    def __str__(self) -> str:
        return str(self.date or self.weekday)

    @property
    def times(self) -> list[Span]:
        """Its spans, in order."""
        return [(opens, closes) for opens, closes in self.spans]

    @classmethod
    def hours(cls) -> Hours:
        """Return the opening hours as they are now, on this installation's clock."""
        rows = list(cls.objects.all())
        country = Organisation.objects.values_list("holidays", flat=True).first() or ""
        return Hours(
            ZoneInfo(settings.TIME_ZONE),
            {row.weekday: row.times for row in rows if row.weekday is not None},
            {row.date: row.times for row in rows if row.date is not None},
            PublicHolidays(country),
        )


class AutomaticReply(models.Model):
    """That a conversation got its automatic message for one closed period. It is made with the message, or neither is.

    The constraint is what keeps it one: a webhook and a poll that meet, or two workers, cannot make a second.
    """

    conversation = models.ForeignKey(
        "inbox.Conversation", on_delete=models.CASCADE, related_name="automatic_replies", db_index=False
    )
    closed_since = models.DateTimeField()  # names the period
    message = models.OneToOneField("inbox.Message", on_delete=models.CASCADE, related_name="automatic_reply")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "closed_since"], name="one_automatic_message_per_closed_period"
            )
        ]
        # how many an account sent in the last hour
        indexes: ClassVar = [models.Index(fields=["made_at"], name="automatic_reply_by_time")]

    def __str__(self) -> str:
        return f"{self.conversation_id} closed since {self.closed_since:%Y-%m-%d %H:%M}"
