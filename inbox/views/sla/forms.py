"""What a lead fills in about response targets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from channels.models import Account
from channels.platforms import platform_title
from inbox.models import ResponseTarget, Team, User
from inbox.models.target import LONGEST_MINUTES

HIGHEST = 75  # of a priority without its share for waiting


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """An account by its name and channel."""

    def label_from_instance(self, account: Account) -> str:
        """Return what the menu shows."""
        return f"{account.at_handle}, {platform_title(account.platform)}"


class TargetForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Minutes, for which conversations, and by which clock."""

    minutes = forms.IntegerField(
        label=_("Answer within, in minutes"),
        min_value=1,
        max_value=LONGEST_MINUTES,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )
    in_opening_hours = forms.TypedChoiceField(
        label=_("The clock runs"),
        choices=[("", _("day and night")), ("1", _("in opening hours"))],
        coerce=bool,
        empty_value=False,  # type: ignore[arg-type]  # a text in the stubs only
        required=False,
        widget=forms.RadioSelect,
    )
    account = AccountField(
        Account.objects.none(),
        label=_("Account"),
        required=False,
        empty_label=_("Every account"),
        widget=forms.Select(attrs={"class": "select"}),
    )
    team = forms.ModelChoiceField(
        Team.objects.filter(archived_at=None),
        label=_("Team"),
        required=False,
        empty_label=_("Every team"),
        widget=forms.Select(attrs={"class": "select"}),
    )
    priority_from = forms.IntegerField(
        label=_("From priority"),
        help_text=_("Priority without the wait, 0 to 75: public, followers and mood. Empty: any."),
        required=False,
        min_value=1,
        max_value=HIGHEST,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )

    class Meta:
        model = ResponseTarget
        fields = ("minutes", "in_opening_hours", "account", "team", "priority_from")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = user.readable_accounts().filter(removed_at=None).order_by("platform", "handle")
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]  # a ModelChoiceField
        for name in ("account", "team", "priority_from"):
            self.fields[name].kept = True  # type: ignore[attr-defined]  # for the template: empty is "every"
        self.initial["in_opening_hours"] = "1" if self.instance.in_opening_hours else ""
