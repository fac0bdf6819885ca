"""To whom figures are mailed, and how often."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.models import User
from reports.mailed.models import MailedReport


class _PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: User) -> str:
        """Return a colleague by name and address."""
        return f"{obj.name}, {obj.email}"


class MailedReportForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A colleague, and a week or a month."""

    class Meta:
        model = MailedReport
        fields: ClassVar = ["reader", "every"]
        widgets: ClassVar = {"every": forms.Select(attrs={"class": "select"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).order_by("first_name", "last_name", "pk")
        select = forms.Select(attrs={"class": "select"})
        self.fields["reader"] = _PersonField(
            people, label=_("To"), to_field_name="code", empty_label=None, widget=select
        )
        self.fields["every"].choices = MailedReport.Every.choices  # type: ignore[attr-defined]  # no empty one
