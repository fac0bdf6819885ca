"""What somebody fills in about a page they found."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.automation.posting import may_be_told
from monitoring.feeds.subscribing import with_scheme


class LinkForm(forms.Form):
    """An address, and what stands there."""

    address = forms.CharField(
        label=gettext_lazy("Address of the post"),
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "input", "inputmode": "url", "autocomplete": "off"}),
    )
    title = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Empty: we take the title of the page."),
        widget=forms.TextInput(attrs={"class": "input"}),
    )

    def clean_address(self) -> str:
        """Return the address as we would ask for it."""
        address = with_scheme(self.cleaned_data["address"])
        try:
            URLValidator(schemes=("http", "https"))(address)
        except ValidationError:
            if not may_be_told(address):
                raise ValidationError(_("This is no address of a page.")) from None
        return address
