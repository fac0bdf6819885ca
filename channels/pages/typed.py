"""What an admin types beside signing in: a shared mailbox, the server an account is at home."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from channels.models import Account
from inbox.models import Organisation


class MailboxForm(forms.Form):
    """What the provider cannot say of a mailbox that somebody signs in for."""

    address = forms.EmailField(
        label=_("Shared mailbox"),
        help_text=_("Its address, where it is another than the one you sign in with. You need full access to it."),
        required=False,
        max_length=160,
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Sender's name"),
        help_text=_("Customers read it. Left empty, your organisation's name."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )


class ServerForm(forms.Form):
    """Where a Mastodon account is at home."""

    instance = forms.CharField(
        label=_("Server"),
        help_text=_("Where the account is at home, as mastodon.example."),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
    )


def form_for(platform: str, filled_in: QueryDict | None = None) -> MailboxForm | ServerForm | None:
    """Return what is asked beside signing in for a new account; None where nothing is."""
    if platform == "mastodon":
        return ServerForm(filled_in)
    return MailboxForm(filled_in) if platform == "email" else None


def typed_in(form: MailboxForm | ServerForm) -> dict[str, str]:
    """Return what a valid form says."""
    said: dict[str, str] = form.cleaned_data
    if isinstance(form, ServerForm):
        return said
    name = said["name"] or Organisation.objects.values_list("name", flat=True).first() or ""
    return {key: value for key, value in (("address", said["address"]), ("name", name)) if value}


def known_of(account: Account) -> dict[str, str]:
    """Return the same of an account that is connected: whoever signs in again may do so for a shared mailbox."""
    kept = account.credentials if account.sealed_credentials else {}
    if account.platform == "mastodon":
        return {"instance": kept.get("instance", "")}
    if account.platform == "email":
        return {"address": account.external_id, "name": kept.get("name") or account.name}
    return {}
