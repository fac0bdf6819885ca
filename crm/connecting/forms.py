"""How a CRM is reached, and what it is told."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from channels.models import Account
from channels.secrets import unseal
from crm.connecting.models import Connection
from crm.writing.kinds import Kind
from inbox.automation.posting import may_be_told
from inbox.automation.webhooks import new_secret
from inbox.models import Team
from inbox.views.forms import AccountsField


class WebhookForm(forms.Form):
    """A CRM behind one address: docs/crm.md says what it has to answer."""

    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        help_text=_("What stands between Webcare and your CRM. It begins with https://."),
        widget=forms.URLInput(attrs={"class": "input", "placeholder": "https://"}),
    )

    def clean_url(self) -> str:
        """One that may be told: https, at a public host."""
        url: str = self.cleaned_data["url"].strip()
        if not may_be_told(url):
            raise forms.ValidationError(_("The address begins with https:// and a public host."))
        return url

    @property
    def host(self) -> str:
        """What of the address may be shown."""
        return urlsplit(self.cleaned_data["url"]).hostname or ""

    @property
    def credentials(self) -> dict[str, str]:
        """What is sealed: the address, and a new secret that signs."""
        return {"url": self.cleaned_data["url"], **unseal(new_secret())}


FORMS: dict[str, type[WebhookForm]] = {Connection.Brand.WEBHOOK: WebhookForm}


class ChoicesForm(forms.Form):
    """What is written. Nothing ticked: nothing is."""

    writes = forms.MultipleChoiceField(
        label=_("Write to the CRM"), choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    with_words = forms.BooleanField(
        label=_("With what was said"),
        help_text=_("Otherwise the CRM gets who, when and where, and a link to the conversation."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["accounts"] = AccountsField(
            Account.objects.filter(removed_at=None).order_by("platform", "name", "pk"),
            label=_("Accounts"),
            help_text=_("None ticked: all accounts, those of later too."),
            to_field_name="code",
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["teams"] = forms.ModelMultipleChoiceField(
            Team.objects.filter(archived_at=None).order_by("name"),
            label=_("Teams"),
            help_text=_("None ticked: whichever team has it, and what none has."),
            to_field_name="code",
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def chosen(self) -> dict[str, Any]:
        """What connections.change takes."""
        data = self.cleaned_data
        return {
            "writes": data["writes"],
            "with_words": data["with_words"],
            "accounts": [row.pk for row in data["accounts"]] or None,
            "teams": [row.pk for row in data["teams"]] or None,
        }

    @classmethod
    def initial_of(cls, row: Connection) -> dict[str, Any]:
        """Return what is chosen now."""
        accounts = Account.objects.filter(pk__in=row.accounts or ()).values_list("code", flat=True)
        teams = Team.objects.filter(pk__in=row.teams or ()).values_list("code", flat=True)
        return {
            "writes": row.writes, "with_words": row.with_words, "accounts": list(accounts), "teams": list(teams),
        }  # fmt: skip
