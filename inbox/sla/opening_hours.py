"""Changes of opening hours: the organisation's, or those of an account or a team that has its own.

Who has none has those of the organisation; a conversation's account goes before its team (`OpeningHours.of`). Own hours
stand by themselves: dates and holidays of the organisation do not hold there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from channels.models import Account
from inbox.models import Event, OpeningDay, OpeningSchedule, Team, User
from inbox.models.opening_hours import Span
from inbox.sla.targets import due_times_changed

Owner = Account | Team | None  # None: the organisation
Week = Mapping[int, Sequence[Span]]


def schedule_of(owner: Owner) -> OpeningSchedule | None:
    """Return an account's or a team's own; None where it has those of the organisation."""
    return OpeningSchedule.objects.filter(**_of(owner)).first() if owner else None


@transaction.atomic
def set_week(by: User, week: Week, schedule: OpeningSchedule | None = None) -> bool:
    """Set the hours of all seven weekdays; return whether that was news. The log names the days that changed."""
    rows = OpeningDay.objects.select_for_update().filter(schedule=schedule, weekday__isnull=False)
    known = {row.weekday: row.times for row in rows}
    changed = [day for day, spans in week.items() if known.get(day) != list(spans)]
    for day in changed:
        OpeningDay.objects.update_or_create(schedule=schedule, weekday=day, defaults={"spans": week[day]})
    if changed:
        _note(by, schedule, weekdays=changed)
    return bool(changed)


@transaction.atomic
def set_own(by: User, owner: Account | Team, week: Week, *, zone: str, holidays: str) -> OpeningSchedule:
    """Give an account or a team hours of its own, or change them.

    New ones take over the days to come on which the organisation is otherwise.
    """
    facts = {"zone": zone, "holidays": holidays}
    schedule, is_new = OpeningSchedule.objects.get_or_create(**_of(owner), defaults=facts)
    if is_new:
        coming = OpeningDay.objects.filter(schedule=None, date__gte=timezone.localdate())
        OpeningDay.objects.bulk_create(
            OpeningDay(schedule=schedule, date=day.date, name=day.name, spans=day.spans) for day in coming
        )
    changed = {name: value for name, value in facts.items() if is_new or getattr(schedule, name) != value}
    if changed:
        OpeningSchedule.objects.filter(pk=schedule.pk).update(**changed)
        _note(by, schedule, **changed)
    set_week(by, week, schedule)
    return schedule


@transaction.atomic
def drop_own(by: User, owner: Account | Team) -> bool:
    """Let an account or a team have the organisation's hours again; return whether it had its own."""
    schedule = OpeningSchedule.objects.select_for_update().filter(**_of(owner)).first()
    if schedule is None:
        return False
    _note(by, schedule, own=False)
    schedule.delete()
    return True


@transaction.atomic
def set_exception(
    by: User, day: date, spans: Sequence[Span], name: str, schedule: OpeningSchedule | None = None
) -> None:
    """Set the hours of one date, whatever they were before; no spans: closed."""
    OpeningDay.objects.update_or_create(schedule=schedule, date=day, defaults={"spans": spans, "name": name})
    _note(by, schedule, date=day)


@transaction.atomic
def drop_exception(by: User, pk: int, schedule: OpeningSchedule | None = None) -> bool:
    """Let a date be as its weekday again; return whether it was otherwise."""
    row = OpeningDay.objects.select_for_update().filter(schedule=schedule, pk=pk, date__isnull=False).first()
    if row is None:
        return False
    _note(by, schedule, date=row.date)
    row.delete()
    return True


def _of(owner: Account | Team) -> dict[str, Any]:
    return {"account": owner} if isinstance(owner, Account) else {"team": owner}


def _note(by: User, schedule: OpeningSchedule | None, **facts: Any) -> None:
    account = schedule.account if schedule else None
    whose: dict[str, Any] = {"team": schedule.team_id} if schedule and schedule.team_id else {}
    Event.note("opening_changed", actor=by, account=account, **whose, **facts)
    due_times_changed()
