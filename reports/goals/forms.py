"""What a figure should be, and from when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.models import Account
from inbox.lists.navigation import Nav
from inbox.models import Team
from inbox.views.sla.forms import AccountField
from reports.figures import FIGURES, Unit
from reports.goals import history

_IN = {
    Unit.SECONDS: gettext_lazy("minutes"),
    Unit.SHARE: gettext_lazy("percent"),
    Unit.RATE: gettext_lazy("percent"),
    Unit.COUNT: gettext_lazy("number"),
    Unit.MONEY: gettext_lazy("euros"),
}


class GoalForm(forms.Form):
    """A figure, a day, and a value in what people read: minutes, percents or a number."""

    figure = forms.ChoiceField(label=gettext_lazy("Figure"), widget=forms.Select(attrs={"class": "select"}))
    value = forms.FloatField(
        label=gettext_lazy("Goal"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=gettext_lazy("Empty ends the goal from that day."),
        widget=forms.NumberInput(attrs={"class": "input", "step": "any", "min": 0}),
    )
    starts = forms.DateField(
        label=gettext_lazy("From this day on"),
        widget=forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d"),
    )

    account = AccountField(
        Account.objects.none(),
        label=gettext_lazy("Account"),
        required=False,
        empty_label=gettext_lazy("Every account"),
        widget=forms.Select(attrs={"class": "select"}),
    )
    team = forms.ModelChoiceField(
        Team.objects.none(),
        label=gettext_lazy("Team"),
        required=False,
        empty_label=gettext_lazy("Every team"),
        widget=forms.Select(attrs={"class": "select"}),
    )

    def __init__(self, *args: Any, nav: Nav, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = Account.objects.filter(  # type: ignore[attr-defined]  # a ModelChoiceField
            pk__in=[account.pk for account in nav.accounts]
        )
        teams = [team.id for team in nav.teams]
        self.fields["team"].queryset = Team.objects.filter(pk__in=teams)  # type: ignore[attr-defined]
        for name in ("account", "team"):
            self.fields[name].kept = True  # type: ignore[attr-defined]  # for the template: empty is "every"
        if not teams:
            del self.fields["team"]
        self.fields["starts"].initial = timezone.localdate
        self.fields["figure"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (figure.name, f"{figure.title} ({_IN[figure.unit]})") for figure in history.figures()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse more than all of something."""
        data: dict[str, Any] = super().clean() or {}
        figure, value = FIGURES.get(data.get("figure", "")), data.get("value")
        if figure and figure.unit in (Unit.SHARE, Unit.RATE) and value is not None and value > 100:
            self.add_error("value", _("A share is 100% at most."))
        if data.get("account") and data.get("team"):
            self.add_error("team", _("A goal is of an account or of a team, not of both."))
        return data
