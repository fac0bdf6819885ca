"""The organisation's settings: read in the statements that pages make anyway, and changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from inbox.models import Event, OpeningDay, Organisation, User
from inbox.models.opening_hours import Span
from inbox.sla import targets
from inbox.team import second_factor

_FIELDS = (
    "name", "address", "approves_pictures", "approves_negative", "approves_followers", "approval_minutes",
    "approval_fallback", "holidays", "second_factor", "networks",
)  # fmt: skip


@transaction.atomic
def change(by: User, **values: Any) -> bool:
    """Set the organisation's settings; return whether that was news. The log names what changed."""
    Organisation.objects.get_or_create(pk=1)
    row = Organisation.objects.select_for_update(no_key=True).get(pk=1)
    changed = [name for name in _FIELDS if name in values and getattr(row, name) != values[name]]
    if not changed:
        return False
    # The name is ours and in the page's head, yet the log keeps states only: that it changed says enough.
    states = {name: values[name] for name in changed if name != "name"}
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=changed)
    Event.note("organisation_changed", actor=by, changed=changed, **states)
    if "holidays" in changed:
        targets.due_times_changed()
    if "second_factor" in changed:
        second_factor.refresh_due(User.objects.all())
    return True


@transaction.atomic
def set_week(by: User, week: Mapping[int, Sequence[Span]]) -> bool:
    """Set the hours of all seven weekdays; return whether that was news. The log names the days that changed."""
    known = {row.weekday: row.times for row in OpeningDay.objects.select_for_update().filter(weekday__isnull=False)}
    changed = [day for day, spans in week.items() if known.get(day) != list(spans)]
    for day in changed:
        OpeningDay.objects.update_or_create(weekday=day, defaults={"spans": week[day]})
    if changed:
        Event.note("opening_changed", actor=by, weekdays=changed)
        targets.due_times_changed()
    return bool(changed)


@transaction.atomic
def set_exception(by: User, day: date, spans: Sequence[Span], name: str) -> None:
    """Set the hours of one date, whatever they were before; no spans: closed."""
    OpeningDay.objects.update_or_create(date=day, defaults={"spans": spans, "name": name})
    Event.note("opening_changed", actor=by, date=day)
    targets.due_times_changed()


@transaction.atomic
def drop_exception(by: User, pk: int) -> bool:
    """Let a date be as its weekday again; return whether it was otherwise."""
    row = OpeningDay.objects.select_for_update().filter(pk=pk, date__isnull=False).first()
    if row is None:
        return False
    Event.note("opening_changed", actor=by, date=row.date)
    targets.due_times_changed()
    row.delete()
    return True
