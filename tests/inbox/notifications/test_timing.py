"""Quiet hours: by the person's own clock, over midnight and over the turn of summer time."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from inbox.models import Notification, NotificationChoice
from inbox.notifications.timing import plan, quiet_end

Kind = Notification.Kind
ZONES = ("Europe/Amsterdam", "Europe/London", "America/New_York", "Asia/Kolkata")
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


def chosen(starts: time | None, ends: time | None, zone: str = "Europe/Amsterdam") -> NotificationChoice:
    """Somebody's choice, with quiet hours."""
    return NotificationChoice(quiet_from=starts, quiet_until=ends, time_zone=zone, mail=["late", "spike"])


def is_quiet(choice: NotificationChoice, now: datetime) -> bool:
    """Minute by minute what the clock on the wall says."""
    assert choice.quiet_from is not None
    assert choice.quiet_until is not None
    clock = now.astimezone(ZoneInfo(choice.time_zone)).time()
    if choice.quiet_from < choice.quiet_until:
        return choice.quiet_from <= clock < choice.quiet_until
    return choice.quiet_from != choice.quiet_until and not choice.quiet_until <= clock < choice.quiet_from


@given(clocks, clocks, st.sampled_from(ZONES), moments)
def test_quiet_hours_end_when_the_persons_clock_says_so(starts: time, ends: time, zone: str, now: datetime) -> None:
    choice = chosen(starts, ends, zone)
    end = quiet_end(choice, now)
    assert (end is not None) == is_quiet(choice, now)
    if end is not None:
        assert now < end <= now + timedelta(hours=25)
        # On the one night on which the clock skips or repeats an hour it may read an hour more.
        clock = end.astimezone(ZoneInfo(zone))
        assert abs(clock.hour * 60 + clock.minute - ends.hour * 60 - ends.minute) in (0, 60)


def test_mail_waits_for_the_morning_and_old_news_is_dropped() -> None:
    choice, night = chosen(time(18), time(8)), datetime(2026, 11, 27, 22, tzinfo=UTC)
    assert plan(choice, Kind.LATE, night).mail_at == datetime(2026, 11, 28, 7, tzinfo=UTC)
    assert plan(choice, Kind.SPIKE, night).mail_at is None
    assert plan(choice, Kind.SPIKE, night).in_page


def test_what_was_not_chosen_does_not_leave() -> None:
    told = plan(chosen(None, None), Kind.RULE, datetime(2026, 11, 27, 12, tzinfo=UTC))
    assert (told.in_page, told.mail_at) == (True, None)
