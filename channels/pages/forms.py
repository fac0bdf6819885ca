"""What an admin fills in about an account. The credential fields are the platform's own, asked from its connector."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from channels.accounts.oauth import apps
from channels.base import CredentialField
from channels.intake.polling import BUDGET_USED
from channels.models import POLL_FASTEST, Account
from channels.platforms import connector_class
from channels.types import Route


class CredentialsForm(forms.Form):
    """The credentials of one platform. With `known`, an empty field keeps what is stored; none of it is ever shown."""

    def __init__(self, platform: str, *args: Any, known: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = dict(known or {})
        for spec in connector_class(platform).credential_fields:
            self.fields[spec.name] = self._field(spec)

    def credentials(self) -> dict[str, str]:
        """Return the credentials to use: what was typed, over what was known. Those of a sign-in give way."""
        typed = {name: value for name, value in self.cleaned_data.items() if value}
        return {**{name: value for name, value in self.known.items() if name in self.fields}, **typed}

    def _field(self, spec: CredentialField) -> forms.Field:
        kept = spec.name in self.known
        attrs = {"class": "input", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}
        if kept:
            attrs["placeholder"] = gettext("unchanged")
        # A secret is never rendered back, not even after an error in another field.
        widget = (
            forms.PasswordInput(attrs={**attrs, "autocomplete": "new-password"})
            if spec.secret
            else forms.TextInput(attrs=attrs)
        )
        field = forms.CharField(
            label=gettext(spec.label),
            help_text=gettext(spec.help) if spec.help else "",
            required=spec.required and not kept,
            max_length=4000,
            widget=widget,
        )
        field.kept = kept  # type: ignore[attr-defined]  # for the template: empty is not "optional" but "unchanged"
        return field


class TokenForm(forms.Form):
    """A system user's token, which Meta shows once. It is never shown again here."""

    token = forms.CharField(
        label=_("System user's access token"),
        help_text=_("Meta Business Suite → Settings → Users → System users → Generate token."),
        max_length=4000,
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
    )


class AppForm(forms.Form):
    """What names our app at a platform. Secrets are never shown again; an empty one keeps what is there."""

    def __init__(self, kind: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, prefix=kind)
        known = apps.app_of(kind)
        for spec in apps.FIELDS[kind]:
            given = bool(apps.from_environment(spec))
            attrs = {"class": "input", "autocomplete": "off", "spellcheck": "false"}
            if spec.secret and spec.name in known:
                attrs["placeholder"] = gettext("unchanged")
            widget = forms.PasswordInput(attrs=attrs) if spec.secret else forms.TextInput(attrs=attrs)
            field = forms.CharField(
                label=gettext(spec.label), required=False, max_length=200, disabled=given, widget=widget,
                initial="" if spec.secret else known.get(spec.name, ""),
                help_text=gettext("Set where Webcare was installed.") if given else "",
            )  # fmt: skip
            field.kept = True  # type: ignore[attr-defined]  # for the template: none of them is merely optional
            self.fields[spec.name] = field


class AccountSettingsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """An account's mode and signature, and when somebody who writes again begins anew."""

    gap_hours = forms.IntegerField(
        label=_("New conversation after, in hours"),
        help_text=_("Somebody who writes again within this time after a conversation was closed reopens it."),
        min_value=0,
        max_value=24 * 90,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )

    ask_minutes = forms.TypedChoiceField(
        label=_("Ask the platform"),
        help_text=_("Webhooks come in at once all the same. Asking less often costs less where a platform charges."),
        choices=[
            (0, _("As often as the traffic wants")),
            (1, _("At most every minute")),
            (5, _("At most every 5 minutes")),
            (15, _("At most every 15 minutes")),
            (60, _("At most every hour")),
        ],
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.Select(attrs={"class": "select"}),
    )

    class Meta:
        model = Account
        fields: ClassVar = ["name", "mode", "signature", "team_name", "colour", "budget", "agents_may_block"]
        labels: ClassVar = {
            "name": _("Name"),
            "mode": pgettext_lazy("what an account may do", "May"),
            "signature": _("Signature under answers"),
            "team_name": _("Team name"),
            "colour": _("Colour"),
            "budget": _("Budget a month, in US dollars"),
            "agents_may_block": _("Agents may block people"),
        }
        help_texts: ClassVar = {
            "name": _(
                "Colleagues see it. Customers read it too: as {brand} in canned replies, and on our promise page."
            ),
            "budget": _(
                "Used up, X is asked nothing more until the 1st. Webhooks come in and answers leave all the same."
            ),
            "team_name": _("Used when answers are signed with the team name."),
            "agents_may_block": _("Team leads and admins always may, where the platform has a block."),
        }
        widgets: ClassVar = {
            "name": forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
            "mode": forms.Select(attrs={"class": "select"}),
            "signature": forms.Select(attrs={"class": "select"}),
            "team_name": forms.TextInput(attrs={"class": "input"}),
            "colour": forms.Select(attrs={"class": "select"}),
            "budget": forms.NumberInput(attrs={"class": "input", "inputmode": "decimal", "min": "0", "step": "0.01"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        for name in ("name", "ask_minutes"):
            self.fields[name].kept = True  # type: ignore[attr-defined]  # for the template: not merely optional
        if Route.POST not in self.instance.capabilities.routes:
            modes = [choice for choice in Account.Mode.choices if choice[0] != Account.Mode.PUBLISH]
            self.fields["mode"].choices = modes  # type: ignore[attr-defined]  # a choice field
        self.fields["ask_minutes"].initial = int(self.instance.ask_every.total_seconds() // 60)
        if self.instance.capabilities.live:
            del self.fields["name"]  # it stands with what the chat shows
        connector = connector_class(self.instance.platform)
        if not connector.prices:
            del self.fields["budget"]
        if not connector.webhook_product:
            self.fields["ask_minutes"].help_text = _("Asking less often costs less where a platform charges.")
        if not self.instance.capabilities.polls or self.instance.capabilities.live:
            del self.fields["ask_minutes"]
        self.fields["gap_hours"].initial = int(self.instance.conversation_gap.total_seconds() // 3600)

    def clean_name(self) -> str:
        """What nobody filled in stays as it was."""
        return " ".join(self.cleaned_data["name"].split()) or str(self.initial["name"])

    def clean(self) -> dict[str, Any]:
        """A signature by team needs the team's name."""
        cleaned = super().clean() or {}
        if cleaned.get("signature") == Account.Signature.TEAM and not cleaned.get("team_name"):
            self.add_error("team_name", gettext("Fill in the team name that answers are signed with."))
        return cleaned

    def save(self, commit: bool = True) -> Account:
        """Save only what this form is about: health is written by others at the same time."""
        account: Account = self.instance
        account.conversation_gap = timedelta(hours=self.cleaned_data["gap_hours"])
        minutes = self.cleaned_data.get("ask_minutes")
        account.keeps_name = account.keeps_name or account.name != self.initial["name"]
        account.ask_every = account.ask_every if minutes is None else timedelta(minutes=minutes)
        if commit:
            account.save(update_fields=[*self.Meta.fields, "keeps_name", "conversation_gap", "ask_every"])
            if {"ask_minutes", "budget"}.intersection(
                self.changed_data
            ):  # the pace of before may have put the next round far away
                Account.objects.filter(pk=account.pk, warning=BUDGET_USED).update(warning="")
                account.streams.update(next_poll_at=timezone.now(), interval=max(POLL_FASTEST, account.ask_every))
        return account


class SearchForm(forms.Form):
    """A search to poll, in the platform's own words."""

    query = forms.CharField(
        label=_("Search"),
        max_length=512,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_query(self) -> str:
        """One line, without double spaces, so that the same search is not polled twice."""
        return " ".join(str(self.cleaned_data["query"]).split())
