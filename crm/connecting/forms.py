"""How a CRM is reached, and what it is told."""

from __future__ import annotations

import re
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

_SALESFORCE = re.compile(r"(?:[a-z0-9-]+\.)+salesforce\.com")
_FIELD = r"^[A-Za-z][A-Za-z0-9_]{0,79}$"


def _secret(label: Any, *, required: bool = True) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"class": "input", "autocomplete": "new-password"})
    return forms.CharField(label=label, max_length=500, required=required, widget=widget)


def _field(label: Any, initial: str, help_text: Any, *, required: bool = True) -> forms.RegexField:
    return forms.RegexField(
        _FIELD, label=label, initial=initial, help_text=help_text, required=required,
        error_messages={"invalid": _("The name of a field as the API has it, such as Webcare_Id__c.")},
        widget=forms.TextInput(attrs={"class": "input"}),
    )  # fmt: skip


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
    def shown_host(self) -> str:
        """What of the address may be shown."""
        return urlsplit(self.cleaned_data["url"]).hostname or ""

    @property
    def credentials(self) -> dict[str, str]:
        """What is sealed: the address, and a new secret that signs."""
        return {"url": self.cleaned_data["url"], **unseal(new_secret())}


class SalesforceForm(forms.Form):
    """An org, and an app of its admin's there. What is filled in is never shown again."""

    host = forms.CharField(
        label=_("My Domain"),
        max_length=200,
        help_text=_("Such as yourcompany.my.salesforce.com. A sandbox of Salesforce has one of its own."),
        widget=forms.TextInput(attrs={"class": "input", "placeholder": _("yourcompany.my.salesforce.com")}),
    )
    consumer_key = _secret(_("Consumer key of the connected app"))
    consumer_secret = _secret(_("Consumer secret"))
    username = forms.CharField(
        label=_("User name"),
        max_length=200,
        required=False,
        help_text=_("Only where the app works with user name, password and token instead of client credentials."),
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    password = _secret(_("Password"), required=False)
    security_token = _secret(_("Security token"), required=False)
    version = forms.RegexField(
        r"^(4[6-9]|[5-9]\d)\.0$",
        label=_("Version of the API"),
        initial="62.0",
        error_messages={"invalid": _("A version from 46.0 on, such as 62.0.")},
        widget=forms.TextInput(attrs={"class": "input", "inputmode": "decimal"}),
    )
    external_id = _field(_("Field for our key"), "Webcare_Id__c", _("An external id on case, activity and lead."))
    handle_field = _field(
        _("Field with the name on X"), "", _("On the contact, such as X_Handle__c. Empty: not looked for."),
        required=False,
    )  # fmt: skip
    cases = forms.BooleanField(
        label=_("Make a case of each conversation"),
        help_text=_("Otherwise messages become activities of the contact alone."),
        initial=True,
        required=False,
    )

    def clean_host(self) -> str:
        """One of Salesforce's own hosts."""
        host: str = self.cleaned_data["host"].strip().lower().removeprefix("https://").rstrip("/")
        if not _SALESFORCE.fullmatch(host):
            raise forms.ValidationError(_("The address ends in .salesforce.com."))
        return host

    def clean(self) -> dict[str, Any]:
        """Without a user name it is client credentials, which are given out at My Domain alone."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("username") and not data.get("password"):
            self.add_error("password", _("A user name needs its password."))
        if not data.get("username") and data.get("host") in ("login.salesforce.com", "test.salesforce.com"):
            self.add_error("host", _("Client credentials ask for your My Domain."))
        return data

    @property
    def shown_host(self) -> str:
        """What may be shown of where it is."""
        return str(self.cleaned_data["host"])

    @property
    def credentials(self) -> dict[str, str]:
        """What is sealed."""
        return {
            name: ("yes" if value else "no") if name == "cases" else str(value)
            for name, value in self.cleaned_data.items()
        }


FORMS: dict[str, type[WebhookForm | SalesforceForm]] = {
    Connection.Brand.SALESFORCE: SalesforceForm,
    Connection.Brand.WEBHOOK: WebhookForm,
}


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
