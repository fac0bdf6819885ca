"""How an account's chat stands on a site, as an admin fills it in."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.livechat.connector import origin_of
from channels.models import Account, ChatSite
from webcare.lib.text import clean

MOST_ORIGINS = 20
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class ChatForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Name, sites, colour and greeting."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Stands above the chat: your brand's name."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    sites = forms.CharField(
        label=_("Sites"),
        help_text=_("One address a line, like https://www.example.nl. The chat works there and nowhere else."),
        widget=forms.Textarea(attrs={"class": "input", "rows": 3, "spellcheck": "false", "autocapitalize": "off"}),
    )

    class Meta:
        model = ChatSite
        fields: ClassVar = ["colour", "greeting_nl", "greeting_en", "greet_after", "greet_on", "mail_from"]
        labels: ClassVar = {
            "colour": _("Colour"),
            "greeting_nl": _("Greeting in Dutch"),
            "greeting_en": _("Greeting in English"),
            "greet_after": _("Show the greeting after, in seconds"),
            "greet_on": _("On pages whose address contains"),
            "mail_from": _("Mail answers that nobody saw, from"),
        }
        help_texts: ClassVar = {
            "greeting_nl": _("Stands above the conversation when somebody opens the chat."),
            "greet_after": _("Beside the button, once a page, while somebody is at work. Empty: only in the chat."),
            "greet_on": _("Empty: on every page."),
            "mail_from": _(
                "After three minutes, where a visitor left an address and is gone. What they mail back comes into the "
                "same conversation."
            ),
        }
        widgets: ClassVar = {
            "colour": forms.TextInput(attrs={"class": "input", "type": "color"}),
            "greeting_nl": forms.Textarea(attrs={"class": "input", "rows": 2, "lang": "nl"}),
            "greeting_en": forms.Textarea(attrs={"class": "input", "rows": 2, "lang": "en"}),
            "greet_after": forms.NumberInput(attrs={"class": "input", "inputmode": "numeric", "min": 3, "max": 600}),
            "greet_on": forms.TextInput(attrs={"class": "input", "spellcheck": "false"}),
            "mail_from": forms.Select(attrs={"class": "select"}),
        }

    def __init__(self, data: QueryDict | None, *, instance: ChatSite) -> None:
        first = {"name": instance.account.name, "sites": "\n".join(instance.origins)}
        super().__init__(data, instance=instance, initial=first)
        mailboxes = Account.objects.present().filter(platform="email")
        if mailboxes.exists():
            chosen = self.fields["mail_from"]
            chosen.queryset, chosen.empty_label = mailboxes, gettext("Nothing is mailed")  # type: ignore[attr-defined]
            chosen.label_from_instance = lambda mailbox: mailbox.at_handle  # type: ignore[attr-defined]
        else:
            del self.fields["mail_from"]
        self.order_fields(
            ["name", "colour", "greeting_nl", "greeting_en", "greet_after", "greet_on", "sites", "mail_from"]
        )

    def clean_name(self) -> str:
        """One line."""
        return " ".join(clean(str(self.cleaned_data["name"])).split())

    def clean_sites(self) -> list[str]:
        """The origins as browsers say them, each once."""
        found = []
        for line in clean(str(self.cleaned_data["sites"])).split():
            origin = origin_of(line)
            if not origin:
                raise forms.ValidationError(
                    gettext("“%(line)s” is no address of a site over HTTPS, like https://www.example.nl.")
                    % {"line": line[:80]}
                )
            found.append(origin)
        if len(set(found)) > MOST_ORIGINS:
            raise forms.ValidationError(gettext("At most %(n)d sites.") % {"n": MOST_ORIGINS})
        return list(dict.fromkeys(found))

    def clean_colour(self) -> str:
        """As browsers pick it."""
        colour = str(self.cleaned_data["colour"]).lower()
        if not _COLOUR.fullmatch(colour):
            raise forms.ValidationError(gettext("A colour looks like #0d6a64."))
        return colour

    def clean_greet_after(self) -> int | None:
        """Neither at once nor never."""
        after: int | None = self.cleaned_data["greet_after"]
        if after is not None and not 3 <= after <= 600:  # noqa: PLR2004
            raise forms.ValidationError(gettext("Between 3 and 600 seconds."))
        return after

    def clean(self) -> dict[str, Any]:
        """A greeting that opens by itself needs its words."""
        cleaned = super().clean() or {}
        if cleaned.get("greet_after") and not (cleaned.get("greeting_nl") or cleaned.get("greeting_en")):
            self.add_error("greeting_nl", gettext("Fill in the greeting that is to be shown."))
        return cleaned

    def save(self, commit: bool = True) -> ChatSite:
        """Save the chat's settings and its account's name."""
        site: ChatSite = self.instance
        site.origins = self.cleaned_data["sites"]
        if commit:
            site.save(update_fields=["origins", *self.Meta.fields])
            Account.objects.filter(pk=site.account_id).update(name=self.cleaned_data["name"])
        return site


def form_for(account: Account, data: QueryDict | None = None) -> ChatForm | None:
    """Return an account's form; None where it is no chat."""
    site = ChatSite.objects.filter(account=account).first()
    if site is None:
        return None
    site.account = account
    return ChatForm(data, instance=site)


def snippet(account: Account) -> str:
    """Return what an admin pastes into the site."""
    address = f"{settings.PUBLIC_URL.rstrip('/')}/chat/widget.js"
    return f'<script src="{escape(address)}" data-account="{account.code}" async></script>'
