"""What an admin fills in about opening hours: a week, and dates that are otherwise. Plain words, no script needed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from inbox.models import OpeningDay, OpeningSchedule, Organisation
from inbox.models.opening_hours import (
    Span,
    Unreadable,
    parsed,
    written,
)
from inbox.views.forms import zone_choices


class HoursField(forms.CharField):
    """One day's hours, as somebody writes them: "9:00-12:30, 13:30-17:00"; nothing for closed."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"class": "input", "autocomplete": "off", "spellcheck": "false"}
        super().__init__(max_length=120, widget=forms.TextInput(attrs=attrs), **{"required": False} | kwargs)

    def clean(self, value: Any) -> list[Span]:
        """Return the spans. Raises ValidationError."""
        try:
            return parsed(super().clean(value))
        except Unreadable as wrong:
            if not wrong.part:
                raise forms.ValidationError(gettext("These times overlap. Separate them with a comma.")) from wrong
            explanation = gettext("We do not understand “%(part)s”. Write it as 9:00-17:00.")
            raise forms.ValidationError(explanation % {"part": wrong.part}) from wrong


class WeekForm(forms.Form):
    """The seven days: of the organisation, or of who has its own."""

    def __init__(self, *args: Any, schedule: OpeningSchedule | None = None, **kwargs: Any) -> None:
        weekdays = OpeningDay.objects.filter(schedule=schedule, weekday__isnull=False)
        known = {row.weekday: row.times for row in weekdays}
        super().__init__(*args, **kwargs)
        for weekday, name in WEEKDAYS.items():
            field = HoursField(label=str(name).capitalize())
            field.initial = written(known.get(weekday, ()))
            field.kept = True  # type: ignore[attr-defined]  # for the template: empty is not "optional" but "closed"
            field.widget.attrs["placeholder"] = pgettext("opening hours", "closed")
            self.fields[f"day_{weekday}"] = field

    def week(self) -> dict[int, Sequence[Span]]:
        """Return each weekday's spans."""
        return {weekday: self.cleaned_data[f"day_{weekday}"] for weekday in WEEKDAYS}


class OwnHoursForm(WeekForm):
    """The seven days of an account or a team, by which clock, and on which public holidays it is closed.

    Who has none yet begins with those of the organisation.
    """

    def __init__(self, *args: Any, schedule: OpeningSchedule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, schedule=schedule, **kwargs)
        select = forms.Select(attrs={"class": "select"})
        countries = [("", _("none")), *OpeningSchedule._meta.get_field("holidays").flatchoices]
        organisation = Organisation.current()
        for name, label, choices, initial in (
            ("zone", _("Time zone"), zone_choices(), schedule.zone if schedule else ""),
            ("holidays", _("Public holidays"), countries, (schedule or organisation).holidays),
        ):
            field = forms.ChoiceField(label=label, choices=choices, required=False, widget=select, initial=initial)
            field.kept = True  # type: ignore[attr-defined]  # for the template: empty is an answer
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """Refuse a week that never opens: who saves an empty form meant no such thing."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(self.week().values()):
            raise forms.ValidationError(gettext("Fill in hours for at least one day."))
        return data


class ExceptionForm(forms.Form):
    """One date that is otherwise: a holiday, or other hours."""

    date = forms.DateField(
        label=_("Date"), widget=forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d")
    )
    hours = HoursField(label=_("Hours"), help_text=_("Empty: closed all day."))
    name = forms.CharField(
        label=_("Why"), max_length=60, required=False, widget=forms.TextInput(attrs={"class": "input"})
    )

    def clean_date(self) -> datetime.date:
        """A day that is still to come."""
        date: datetime.date = self.cleaned_data["date"]
        if date < timezone.localdate():
            raise forms.ValidationError(gettext("This day has passed."))
        return date

    def clean_name(self) -> str:
        """One line."""
        return " ".join(str(self.cleaned_data["name"]).replace("\x00", "").split())
