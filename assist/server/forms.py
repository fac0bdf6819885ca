"""What an admin fills in about the server."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from assist.port import endpoint_of
from assist.server.models import Help, Server
from inbox.automation.posting import may_be_told

_NOT_TOLD = _(
    "The address begins with https:// and a public host. A server in your own network: your operator allows it."
)


class ServerForm(forms.Form):
    """A server and what it helps with. Its key is never shown again."""

    address = forms.CharField(
        label=_("Address of the server"),
        max_length=500,
        help_text=_("It speaks OpenAI's API, as Ollama, vLLM and LocalAI do. It begins with https://."),
        widget=forms.URLInput(attrs={"class": "input", "placeholder": "https://llm.example.com/v1"}),
    )
    model = forms.CharField(
        label=_("Name of the model"),
        max_length=200,
        help_text=_("As the server calls it."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    key = forms.CharField(
        label=_("Key"),
        max_length=500,
        required=False,
        widget=forms.PasswordInput(attrs={"class": "input", "autocomplete": "new-password"}),
    )
    no_key = forms.BooleanField(label=_("Forget the key: the server asks for none"), required=False)
    helps = forms.MultipleChoiceField(
        label=_("What it helps with"),
        choices=Help.choices,
        required=False,
        help_text=_("Nothing ticked: nothing leaves, and nobody sees a button."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, server: Server | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before = server
        if server is None or not server.sealed:
            del self.fields["no_key"]
        else:
            self.fields["key"].help_text = _("One is stored. Leave it empty to keep it.")

    def clean_address(self) -> str:
        """One that may be asked: https at a public host, or one that the operator trusts (ASSIST_SERVERS)."""
        address: str = self.cleaned_data["address"].strip()
        try:
            is_plain = not (urlsplit(address).query or urlsplit(address).fragment)
        except ValueError:
            is_plain = False
        if not is_plain or not may_be_told(endpoint_of(address), settings.ASSIST_SERVERS):
            raise forms.ValidationError(_NOT_TOLD)
        return address

    def clean_key(self) -> str:
        """What fits in a header."""
        key: str = self.cleaned_data["key"].strip()
        if not (key.isascii() and key.isprintable()):
            raise forms.ValidationError(_("A key has letters, digits and signs alone."))
        return key

    def clean(self) -> dict[str, Any]:
        """A key is for the server it was given for: another host gets none of the former's."""
        data: dict[str, Any] = super().clean() or {}
        before = self.before
        moved = before is not None and urlsplit(data.get("address", "")).netloc != urlsplit(before.address).netloc
        if before is not None and before.sealed and moved and not data.get("key") and not data.get("no_key"):
            self.add_error("key", _("Another server needs its own key: fill it in, or forget the one that is stored."))
        return data

    @property
    def chosen(self) -> dict[str, Any]:
        """What servers.save takes."""
        data = self.cleaned_data
        key = data["key"] or ("" if data.get("no_key") else None)
        return {"address": data["address"], "model": data["model"].strip(), "key": key, "helps": data["helps"]}

    @classmethod
    def initial_of(cls, row: Server | None) -> dict[str, Any]:
        """Return what is chosen now."""
        return {"address": row.address, "model": row.model, "helps": row.helps} if row else {}
