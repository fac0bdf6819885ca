"""A form for one place among search results."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.models import Conversation, User
from reports.positions.models import LAST, SearchPosition
from webcare.lib.bidi import without_bidi_controls

_CODE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class PositionForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """The day, the term, the engine and the place; what stood there and what it belongs to where one likes."""

    url = forms.URLField(
        label=gettext_lazy("Address of the result"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"class": "input", "placeholder": "https://"}),
    )
    about = forms.CharField(
        label=gettext_lazy("Conversation"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("The address of a conversation it belongs to."),
        widget=forms.TextInput(attrs={"class": "input"}),
    )

    class Meta:
        model = SearchPosition
        fields: ClassVar = ["term", "engine", "day", "position", "is_ours", "url", "note"]
        widgets: ClassVar = {
            "term": forms.TextInput(attrs={"class": "input", "list": "terms", "autocomplete": "off"}),
            "engine": forms.Select(attrs={"class": "select"}),
            "day": forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d"),
            "position": forms.NumberInput(attrs={"class": "input", "min": 1, "max": LAST}),
            "note": forms.TextInput(attrs={"class": "input"}),
        }
        help_texts: ClassVar = {"position": gettext_lazy("Empty: not among the first hundred results.")}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by = by

    def clean_term(self) -> str:
        """One space between words: the same term is the same line."""
        return without_bidi_controls(" ".join(str(self.cleaned_data["term"]).split()))

    def clean_day(self) -> Any:
        """No day that is still to come."""
        if self.cleaned_data["day"] > timezone.localdate():
            raise forms.ValidationError(_("That day is still to come."))
        return self.cleaned_data["day"]

    def clean_about(self) -> Conversation | None:
        """A conversation that one may see."""
        given = self.cleaned_data["about"]
        if not given:
            return None
        code = _CODE.search(given.lower())
        found = Conversation.objects.visible_to(self._by).filter(code=code[0]).first() if code else None
        if found is None:
            raise forms.ValidationError(_("There is no such conversation."))
        return found

    def save(self, commit: bool = True) -> SearchPosition:
        """Keep it, with who wrote it down. Raises IntegrityError where it was written down before."""
        self.instance.by, self.instance.conversation = self._by, self.cleaned_data["about"]
        row: SearchPosition = super().save(commit)
        return row
