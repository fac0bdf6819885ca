"""What an admin fills in for the public page."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.promise.models import PromisePage

_ORIGIN = re.compile(r"https?://(?:\*\.)?[a-z0-9.-]+(?::\d{1,5})?", re.IGNORECASE)
_TEXTS = ("headline", "intro", "rules", "complaints")


class PromiseForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """The switch, the brand, and every text in both languages."""

    website = forms.URLField(
        label=_("Your website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "input"}),
    )
    privacy = forms.URLField(
        label=_("What you do with data"),
        help_text=_("The address of your privacy statement."),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "input"}),
    )

    class Meta:
        model = PromisePage
        fields: ClassVar = [
            "is_public", "colour", "website", "privacy",
            *(f"{name}_{language}" for name in _TEXTS for language in ("nl", "en")),  # two beside each other
            "embedded_by", "shows_mail",
        ]  # fmt: skip
        labels: ClassVar = {
            "is_public": _("Everybody can read the page"),
            "colour": _("Brand colour"),
            "shows_mail": _("Show e-mail addresses"),
            "embedded_by": _("Sites that may show the badge"),
            "headline_nl": _("Headline, Dutch"),
            "headline_en": _("Headline, English"),
            "intro_nl": _("Introduction, Dutch"),
            "intro_en": _("Introduction, English"),
            "rules_nl": _("House rules, Dutch"),
            "rules_en": _("House rules, English"),
            "complaints_nl": _("Complaint procedure, Dutch"),
            "complaints_en": _("Complaint procedure, English"),
        }
        help_texts: ClassVar = {
            "is_public": _("Off: nobody outside sees anything, the badge included."),
            "shows_mail": _(
                "Of the mailboxes that are connected. Off: their names only, since machines gather addresses."
            ),
            "embedded_by": _("Like https://www.example.com, one a line. Empty: any site."),
            "headline_nl": _("Empty: the promise itself."),
            "rules_nl": _("One rule a line."),
            "complaints_nl": _("An empty line between two steps. The first line of a step is its title."),
        }
        widgets: ClassVar = {
            "colour": forms.TextInput(attrs={"class": "input", "type": "color"}),
            "embedded_by": forms.Textarea(attrs={"class": "input", "rows": 2, "spellcheck": "false"}),
            **{
                f"{name}_{language}": forms.TextInput(attrs={"class": "input", "lang": language})
                if name == "headline"
                else forms.Textarea(attrs={"class": "input", "rows": 3 if name == "intro" else 7, "lang": language})
                for name in _TEXTS
                for language in ("nl", "en")
            },
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.kept = True  # type: ignore[attr-defined]  # for the template: nothing here is marked optional

    def clean_embedded_by(self) -> str:
        """Origins only: one a line."""
        found = str(self.cleaned_data["embedded_by"]).split()
        for origin in found:
            if not _ORIGIN.fullmatch(origin):
                raise forms.ValidationError(
                    _("“%(site)s” is no site. Write it as https://www.example.com."), params={"site": origin}
                )
        return "\n".join(found)
