"""An endpoint: its address, and what it is told of."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from api.webhooks.models import Kind
from channels.models import Account
from inbox.automation.posting import may_be_told
from inbox.views.forms import AccountsField


class EndpointForm(forms.Form):
    """Without an account ticked it is told of all, those of later too."""

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

    def __init__(self, *args: Any, changes: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if changes:  # the address stays: another one is another endpoint, with a secret of its own
            del self.fields["url"]
        self.fields["accounts"] = AccountsField(
            Account.objects.filter(removed_at=None).order_by("platform", "name", "pk"),
            label=_("Accounts"),
            help_text=_("None ticked: all accounts, those of later too."),
            to_field_name="code",
            required=False,
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
            "name": data["name"], "kinds": data["kinds"], "with_words": data["with_words"], "accounts": accounts
        }  # fmt: skip
