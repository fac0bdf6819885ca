"""When the office is open, as an admin filled it in; and what was sent by itself while it was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.models.opening_hours import Hours, Span
from inbox.models.organisation import Organisation
from inbox.models.public_holidays import PublicHolidays


class OpeningSchedule(models.Model):
    """That an account, or a team, has opening hours of its own: a week, days that are otherwise, zone and holidays."""

    account = models.OneToOneField(
        "channels.Account", null=True, blank=True, on_delete=models.CASCADE, related_name="opening_schedule"
    )
    team = models.OneToOneField(
        "inbox.Team", null=True, blank=True, on_delete=models.CASCADE, related_name="opening_schedule"
    )
    zone = models.CharField(_("time zone"), max_length=40, blank=True)  # empty: this installation's
    holidays = models.CharField(
        _("public holidays"), max_length=2, blank=True, choices=Organisation._meta.get_field("holidays").flatchoices
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(account__isnull=True, team__isnull=False) | Q(account__isnull=False, team__isnull=True),
                name="opening_schedule_of_an_account_or_a_team",
            )
        ]

    def __str__(self) -> str:
        return f"account {self.account_id}" if self.account_id else f"team {self.team_id}"


class OpeningDay(models.Model):
    """The hours of one weekday, or of one date that is otherwise. No spans: closed.

    A filled-in week has all seven weekdays: "never open" differs from "not filled in".
    """

    # Whose day it is; None: the organisation's.
    schedule = models.ForeignKey(
        OpeningSchedule, null=True, blank=True, on_delete=models.CASCADE, related_name="days", db_index=False
    )
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)  # 0 is Monday
    date = models.DateField(null=True, blank=True)
    name = models.CharField(max_length=60, blank=True)  # why a date is otherwise: King's Day
    spans = ArrayField(ArrayField(models.TimeField(), size=2), default=list, blank=True)

    class Meta:
        ordering: ClassVar = ["date", "weekday"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(weekday__isnull=True, date__isnull=False) | Q(weekday__range=(0, 6), date__isnull=True),
                name="opening_day_is_a_weekday_or_a_date",
            ),
            models.UniqueConstraint(
                fields=["schedule", "weekday"],
                condition=Q(weekday__isnull=False),
                nulls_distinct=False,
                name="one_opening_day_per_weekday",
            ),
            models.UniqueConstraint(
                fields=["schedule", "date"],
                condition=Q(date__isnull=False),
                nulls_distinct=False,
                name="one_opening_day_per_date",
            ),
        ]

    def __str__(self) -> str:
        return str(self.date or self.weekday)

    @property
    def times(self) -> list[Span]:
        """Its spans, in order."""
        return [(opens, closes) for opens, closes in self.spans]


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Everybody's opening hours. An account's own go before its team's, and those before the organisation's."""

    organisation: Hours
    accounts: Mapping[int, Hours] = field(default_factory=dict)
    teams: Mapping[int, Hours] = field(default_factory=dict)

    @classmethod
    def current(cls) -> Self:
        """Return them as they are now."""
        rows: dict[OpeningSchedule | None, list[OpeningDay]] = {None: []}
        # A team that was put away is none.
        days = OpeningDay.objects.exclude(schedule__team__archived_at__isnull=False)
        for row in days.select_related("schedule"):
            rows.setdefault(row.schedule, []).append(row)
        country = Organisation.objects.values_list("holidays", flat=True).first() or ""
        own = {schedule: _hours(days, schedule.zone, schedule.holidays) for schedule, days in rows.items() if schedule}
        return cls(
            _hours(rows[None], "", country),
            {schedule.account_id: hours for schedule, hours in own.items() if schedule.account_id},
            {schedule.team_id: hours for schedule, hours in own.items() if schedule.team_id},
        )

    def of(self, account: int, team: int | None = None) -> Hours:
        """Return the hours that hold for a conversation."""
        return self.accounts.get(account) or self.teams.get(team or 0) or self.organisation

    def sets(self) -> Iterator[tuple[Hours, int, int]]:
        """Each set of hours, with the account or the team whose they are: 0 for none."""
        yield self.organisation, 0, 0
        for team, hours in self.teams.items():
            yield hours, 0, team
        for account, hours in self.accounts.items():
            yield hours, account, 0

    def parts(self) -> Iterator[tuple[Hours, Q]]:
        """Each set of hours, with what asks for the conversations it holds for."""
        no_account = ~Q(account__in=list(self.accounts)) if self.accounts else Q()
        no_team = ~Q(team__in=list(self.teams)) if self.teams else Q()
        for hours, account, team in self.sets():
            if account:
                yield hours, Q(account=account)
            else:
                yield hours, no_account & (Q(team=team) if team else no_team)


def _hours(rows: list[OpeningDay], zone: str, country: str) -> Hours:
    return Hours(
        ZoneInfo(zone or settings.TIME_ZONE),
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
