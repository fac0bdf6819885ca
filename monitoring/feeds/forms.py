"""What a lead fills in about a feed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from monitoring.feeds.models import Feed


class FeedForm(forms.Form):
    """An address and what is there."""

    address = forms.CharField(
        label=_("Address of the site or of its feed"),
        max_length=1000,
        help_text=_("We look for the feed on the page by ourselves."),
        widget=forms.TextInput(attrs={"class": "input", "inputmode": "url", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("What it is"), choices=Feed.Kind.choices, widget=forms.Select(attrs={"class": "select"})
    )
