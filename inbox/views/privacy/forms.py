"""Forms of who sees to customers' data."""

from __future__ import annotations

from typing import ClassVar

from django import forms

from inbox.models import PersonExport


class ExportForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What the file of an access request shall be."""

    class Meta:
        model = PersonExport
        fields: ClassVar = ["known", "language", "with_notes"]
        widgets: ClassVar = {
            "known": forms.Select(attrs={"class": "select"}),
            "language": forms.Select(attrs={"class": "select"}),
        }
