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


def typed_of(platform: str, filled_in: QueryDict, account: Account | None) -> dict[str, str] | None:
    """Return what was typed beside signing in, or is known of the account; None for an address that is none."""
    if platform == "mastodon":
        known = account.credentials.get("instance", "") if account is not None and account.sealed_credentials else ""
        return {"instance": filled_in.get("instance", "").strip()[:300] or known}
    if platform != "email":
        return {}
    if account is not None:  # whoever signs in again may do so for a mailbox that is shared
        name = account.credentials.get("name", "") if account.sealed_credentials else ""
        return {"address": account.external_id, "name": name or account.name}
    form = MailboxForm(filled_in)
    if not form.is_valid():
        return None
    name = form.cleaned_data["name"] or Organisation.objects.values_list("name", flat=True).first() or ""
    return {key: value for key, value in (("address", form.cleaned_data["address"]), ("name", name)) if value}
