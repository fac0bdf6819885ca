"""The units a Google project may use in a day: what each call costs, and how fast we may read.

YouTube Data API, "Quota calculator" (2026-09): 10,000 units for each project without asking for more, until midnight in
California. All channels that are connected by one project share them. Answers go first: a part is kept for them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from channels.models import QuotaUse

PACIFIC = ZoneInfo("America/Los_Angeles")
READ, WRITE = 1, 50
COSTS: Mapping[str, int] = {
    **dict.fromkeys(("channels.list", "videos.list", "comments.list", "commentThreads.list"), READ),
    **dict.fromkeys(("comments.insert", "comments.update", "comments.delete", "comments.setModerationStatus"), WRITE),
}
KEPT = 0.3  # of the day's units, for answers and what is done by hand
FASTEST = timedelta(seconds=10)


def day_of(now: datetime) -> datetime:
    """Return the midnight in California that a moment's day began with."""
    return datetime.combine(now.astimezone(PACIFIC).date(), time(), PACIFIC)


def next_reset(now: datetime | None = None) -> datetime:
    """Return when the units are given anew."""
    now = now or timezone.now()
    tomorrow = now.astimezone(PACIFIC).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), PACIFIC).astimezone(now.tzinfo)


@dataclass(frozen=True, slots=True)
class Quota:
    """The units of the project that some credentials belong to."""

    project: str

    @classmethod
    def of(cls, credentials: Mapping[str, str]) -> Quota:
        """The project is named by its client's number, before the dash; a digest stands for it."""
        number = credentials.get("client_id", "").partition("-")[0]
        return cls(hashlib.sha256(f"google:{number}".encode()).hexdigest()[:32])

    @property
    def most(self) -> int:
        """How many units there are a day."""
        return int(settings.YOUTUBE_QUOTA)

    def used(self, now: datetime | None = None) -> int:
        """Return how many were used today, as far as we know: other programs may share the project."""
        day = day_of(now or timezone.now()).date()
        return QuotaUse.objects.filter(project=self.project, day=day).values_list("units", flat=True).first() or 0

    def note(self, units: int) -> None:
        """Count units as used. They are at every call, a refused one too."""
        day = day_of(timezone.now()).date()
        row = QuotaUse.objects.filter(project=self.project, day=day)
        if row.update(units=F("units") + units):
            return
        _row, made = QuotaUse.objects.get_or_create(project=self.project, day=day, defaults={"units": units})
        if not made:
            row.update(units=F("units") + units)

    def note_used_up(self) -> None:
        """Google says that nothing is left: whatever we counted, today it is all of it."""
        day = day_of(timezone.now()).date()
        QuotaUse.objects.update_or_create(project=self.project, day=day, defaults={"units": self.most})

    @property
    def kept(self) -> int:
        """How many of them are for answers and what else is done by hand."""
        return self.most - int(self.most * (1 - KEPT))

    def left_for_reading(self, now: datetime | None = None) -> int:
        """Return how many units may still be read with today: what is kept for answers is left alone."""
        return max(0, self.most - self.kept - self.used(now))

    def next_read(self, cost: int, now: datetime | None = None) -> datetime:
        """Return when to read again, after a round that cost so much: what is left lasts until the day is over."""
        now = now or timezone.now()
        left, reset = self.left_for_reading(now), next_reset(now)
        if left < cost:
            return reset
        return min(reset, now + max(FASTEST, (reset - now) * cost / left))
