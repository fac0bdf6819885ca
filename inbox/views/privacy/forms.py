"""Forms of who sees to customers' data."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.models import Contact, PersonExport
from webcare.lib.masks import DOT


class ExportForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What the file of an access request shall be."""

    class Meta:
        model = PersonExport
        fields: ClassVar = ["known", "language", "with_notes"]
        widgets: ClassVar = {
            "known": forms.Select(attrs={"class": "select"}),
            "language": forms.Select(attrs={"class": "select"}),
        }

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["known"].choices = [("", _("Choose")), *PersonExport.Known.choices]  # type: ignore[attr-defined]


REASONS = {
    "asked": gettext_lazy("They asked for it (GDPR article 17)"),
    "period": gettext_lazy("No longer needed"),
    "mistake": gettext_lazy("Recorded by mistake"),
}


class EraseForm(forms.Form):
    """Why, and the words by which one says that it is meant."""

    why = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=list(REASONS.items()), widget=forms.Select(attrs={"class": "select"})
    )
    typed = forms.CharField(
        max_length=300,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, contact: Contact, **more: Any) -> None:
        super().__init__(*args, **more)
        self.words = words_to_type(contact)
        self.fields["typed"].label = _("Type: %(words)s") % {"words": self.words}

    def clean_typed(self) -> str:
        """Refuse anything but the words that are shown."""
        typed = " ".join(self.cleaned_data["typed"].split()).casefold()
        if typed != self.words.casefold():
            raise forms.ValidationError(_("Not the same yet. Nothing was erased."))
        return typed

    @property
    def reason(self) -> str:
        """The reason as it stands on the receipt."""
        return str(REASONS[self.cleaned_data["why"]])


def words_to_type(contact: Contact) -> str:
    """Return what has to be typed before somebody is erased."""
    title = " ".join(contact.title.split())
    name = "" if DOT in title else title  # nobody can type a masked number
    return _("erase %(name)s") % {"name": name or contact.code.hex[:8]}
