"""What a lead fills in about an incident."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels.models import Account
from channels.platforms import platform_title
from inbox.incidents.running import Plan, approvers_for
from inbox.models import Incident, Label, User
from inbox.models.incident import LONGEST_TEXT

OLDEST = timedelta(days=7)
_NAME = gettext_lazy("{first_name} becomes each customer's first name, or nothing where we know none.")


class ApproverField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """A lead by name."""

    widget = forms.Select(attrs={"class": "select"})

    def label_from_instance(self, person: User) -> str:
        """Return what the menu shows."""
        return person.name


class TextForm(forms.Form):
    """The text customers get, and who looks at it before anybody does."""

    text = forms.CharField(
        label=gettext_lazy("Text for customers"),
        max_length=LONGEST_TEXT,
        help_text=_NAME,
        widget=forms.Textarea(attrs={"class": "input", "rows": 5}),
    )
    approver = ApproverField(User.objects.none(), label=gettext_lazy("Who approves the text"), empty_label=None)

    def __init__(self, *args: Any, user: User, accounts: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = approvers_for(accounts, user)
        self.fields["approver"].queryset = others  # type: ignore[attr-defined]  # a ModelChoiceField
        if not others.exists():  # nobody else: a text needs no second person who does not exist
            del self.fields["approver"]

    def clean_text(self) -> str:
        """Browsers send CRLF; platforms count it double."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").strip()


class StartForm(TextForm):
    """All that an incident needs to begin."""

    name = forms.CharField(
        label=gettext_lazy("What is it"), max_length=80, widget=forms.TextInput(attrs={"class": "input"})
    )
    accounts = forms.ModelMultipleChoiceField(
        Account.objects.none(), label=gettext_lazy("Accounts"), widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(
        label=gettext_lazy("Words they use"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "Apart by commas; one of them is enough. Empty: everybody who writes to these accounts."
        ),
        widget=forms.TextInput(attrs={"class": "input"}),
    )
    label = forms.ModelChoiceField(
        Label.objects.filter(archived_at=None),
        label=gettext_lazy("Or with label"),
        required=False,
        empty_label=gettext_lazy("No label"),
        widget=forms.Select(attrs={"class": "select"}),
    )
    since = forms.DateTimeField(
        label=gettext_lazy("Since"),
        widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    field_order = ("name", "text", "approver", "accounts", "words", "label", "since")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        visible = user.visible_accounts()
        super().__init__(*args, user=user, accounts=[], **kwargs)
        accounts = self.fields["accounts"]
        accounts.queryset = visible  # type: ignore[attr-defined]  # a ModelChoiceField
        accounts.label_from_instance = _title  # type: ignore[attr-defined]
        self._user = user

    def clean_since(self) -> datetime:
        """In the past, and not long ago."""
        since: datetime = self.cleaned_data["since"]
        now = timezone.now()
        if not now - OLDEST <= since <= now:
            raise forms.ValidationError(_("Choose a moment in the past week."))
        return since

    def clean(self) -> dict[str, Any]:
        """The approver sees every account, too."""
        data: dict[str, Any] = super().clean() or {}
        approver, accounts = data.get("approver"), data.get("accounts")
        if approver and accounts is not None:
            seeing = approvers_for([account.pk for account in accounts], self._user)
            if not seeing.filter(pk=approver.pk).exists():
                self.add_error("approver", _("This person does not see all these accounts. Choose somebody else."))
        return data

    def plan(self) -> Plan:
        """Return what was filled in."""
        data = self.cleaned_data
        return Plan(
            data["name"], data["text"], list(data["accounts"]), data["since"], data["label"], data["words"],
            data.get("approver"),
        )  # fmt: skip


def text_form(incident: Incident, user: User, data: Any = None) -> TextForm:
    """Return the form that changes an incident's text."""
    return TextForm(data, user=user, accounts=incident.account_ids, initial={"text": incident.text})


def _title(account: Account) -> str:
    return f"{account.at_handle}, {platform_title(account.platform)}"
