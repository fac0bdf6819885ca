"""An endpoint: its address, and what it is told of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from api.webhooks.models import Kind
from inbox.automation.posting import may_be_told
from inbox.models import User
from inbox.views.forms import AccountsField


class EndpointForm(forms.Form):
    """Without an account ticked it is told of all, those of later too: for who reads them all.

    Others tick accounts that they read. Who does not see a closed team has no words sent out.
    """

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"class": "input"}))
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.URLInput(attrs={"class": "input", "placeholder": "https://"}),
    )
    kinds = forms.MultipleChoiceField(label=_("Tell when"), choices=Kind.choices, widget=forms.CheckboxSelectMultiple)
    with_words = forms.BooleanField(
        label=_("With what customers wrote, and their names"),
        help_text=_("Otherwise it gets ids and states alone, and asks the API for the rest."),
        required=False,
    )

    def __init__(self, *args: Any, by: User, changes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if by.closed_teams:
            del self.fields["with_words"]
        if changes:  # the address stays: another one is another endpoint, with a secret of its own
            del self.fields["url"]
        self.fields["accounts"] = AccountsField(
            by.readable_accounts().filter(removed_at=None),
            label=_("Accounts"),
            help_text=_("None ticked: all accounts, those of later too.") if by.reads_all_accounts else "",
            to_field_name="code",
            required=not by.reads_all_accounts,
            widget=forms.CheckboxSelectMultiple,
        )
        self.order_fields(["name", "url", "kinds", "accounts", "with_words"])

    def clean_url(self) -> str:
        """One that may be told: https, at a public host."""
        url: str = self.cleaned_data["url"].strip()
        if not may_be_told(url):
            raise forms.ValidationError(_("The address begins with https:// and a public host."))
        return url

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen, as the rules take it."""
        data = self.cleaned_data
        accounts = [account.pk for account in data["accounts"]] or None
        return {
            "name": data["name"], "kinds": data["kinds"], "with_words": data.get("with_words", False),
            "accounts": accounts,
        }  # fmt: skip
