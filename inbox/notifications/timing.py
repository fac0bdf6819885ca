"""When and how something is told to one person: in the page, by mail, by push. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from inbox.models import Notification, NotificationChoice, User
from inbox.routing.presence import State
from webcare.lib.time_zones import zone_named

Kind = Notification.Kind
BUNDLED_FOR = timedelta(minutes=3)  # what is told meanwhile goes along in one mail
MAIL_EVERY = timedelta(minutes=5)  # at most one mail in so long
LOOKS_FOR = timedelta(minutes=3)  # since somebody last did something in a page
# Old news when quiet hours end: they are dropped. All else waits.
DROPPED_WHEN_QUIET = (Kind.NEARLY_LATE, Kind.SPIKE)


class Plan(NamedTuple):
    """How one notification reaches one person."""

    in_page: bool
    mail_at: datetime | None  # None: not at all
    push_at: datetime | None


def plan(choice: NotificationChoice, kind: str, now: datetime) -> Plan:
    """Return how and when something of a kind is told to who chose so."""
    quiet_until = quiet_end(choice, now)
    if quiet_until is not None and kind in DROPPED_WHEN_QUIET:
        return Plan(kind in choice.page, None, None)
    told = quiet_until or now
    mail_at = max(told, now + BUNDLED_FOR) if kind in choice.mail else None
    return Plan(kind in choice.page, mail_at, told if kind in choice.push else None)


def quiet_end(choice: NotificationChoice, now: datetime) -> datetime | None:
    """Return when the quiet hours that run now are over; None where none run."""
    starts, ends = choice.quiet_from, choice.quiet_until
    if starts is None or ends is None or starts == ends:
        return None
    zone = zone_of(choice)
    local = now.astimezone(zone)
    is_quiet = starts <= local.time() < ends if starts < ends else local.time() >= starts or local.time() < ends
    if not is_quiet:
        return None
    day = local.date() if local.time() < ends else local.date() + timedelta(days=1)
    return _moment(day.year, day.month, day.day, ends, zone)


def looks_until(user: User, now: datetime) -> datetime | None:
    """Return until when somebody counts as looking at a page; None for who does not."""
    presence = getattr(user, "presence", None)
    if presence is None or presence.chosen == State.OFF:
        return None
    until: datetime = presence.seen_at + LOOKS_FOR
    return until if until > now else None


def choice_of(user: User) -> NotificationChoice:
    """Return how somebody wants to be told; the defaults for who did not choose."""
    return getattr(user, "notification_choice", None) or NotificationChoice(user=user)


def zone_of(choice: NotificationChoice) -> ZoneInfo:
    """Return the person's time zone, or the organisation's."""
    return zone_named(choice.time_zone)


def _moment(year: int, month: int, day: int, clock: time, zone: ZoneInfo) -> datetime:
    """Return the moment at which a clock shows a time. One that is skipped in spring comes an hour later."""
    return datetime(year, month, day, clock.hour, clock.minute, clock.second, tzinfo=zone).astimezone(UTC)
