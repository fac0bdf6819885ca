"""A new token: what it is for, as whom, where and how long."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from api.tokens.issuing import LONGEST_DAYS, possible_people, scopes_for
from inbox.models import User
from inbox.views.forms import AccountsField


class _PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: User) -> str:
        """Return a colleague by name and role."""
        return f"{obj.name} ({obj.get_role_display()})"


class TokenForm(forms.Form):
    """Without an account ticked it opens all that its person may read, those of later too."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("What uses it, such as “CRM”. The log names it with each act."),
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    days = forms.TypedChoiceField(
        label=_("Ends after"),
        choices=[(30, _("30 days")), (90, _("90 days")), (LONGEST_DAYS, _("a year"))],
        coerce=int,
        initial=90,
        widget=forms.Select(attrs={"class": "select"}),
    )
    scopes = forms.MultipleChoiceField(label=_("It may"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"] = _PersonField(
            possible_people(by),
            label=_("Acts as"),
            help_text=_("It may do what this colleague may do, and no more."),
            to_field_name="code",
            empty_label=None,
            initial=by.code,
            widget=forms.Select(attrs={"class": "select"}),
        )
        self.fields["scopes"].choices = scopes_for(by)  # type: ignore[attr-defined]
        self.fields["accounts"] = AccountsField(
            by.readable_accounts().filter(removed_at=None),
            label=_("Accounts"),
            help_text=_("None ticked: all that this colleague may read."),
            to_field_name="code",
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields(["name", "person", "scopes", "accounts", "days"])
