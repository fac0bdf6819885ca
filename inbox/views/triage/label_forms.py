"""What leads fill in about labels and teams."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.models import Label, Team, User


class _Named(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A name that nothing else of its kind has, capitals aside."""

    def clean_name(self) -> str:
        """Say so in words before the database refuses it."""
        name = " ".join(self.cleaned_data["name"].replace("\x00", "").split())
        if type(self.instance).objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("There is one with this name already."))
        return name


class LabelForm(_Named):
    """A label's name, whether it marks complaints, and whether its answers are approved first."""

    class Meta:
        model = Label
        fields = ("name", "is_complaint", "needs_approval")
        widgets = {"name": forms.TextInput(attrs={"class": "input"})}  # noqa: RUF012
        help_texts = {
            "is_complaint": _("What carries it is a complaint, and is not closed unanswered without a reason."),
            "needs_approval": _("What is answered there waits until a colleague approves it."),
        }  # noqa: RUF012


class TeamForm(_Named):
    """A team's name and members."""

    members = forms.ModelMultipleChoiceField(
        User.objects.filter(is_active=True).order_by("first_name", "last_name"),
        label=_("Members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Team
        fields = ("name", "handles_press", "dividing", "returns_after", "members")
        widgets = {  # noqa: RUF012
            "name": forms.TextInput(attrs={"class": "input"}),
            "dividing": forms.RadioSelect,
            "returns_after": forms.NumberInput(attrs={"class": "input", "min": 1, "max": 1440}),
        }
        labels = {  # noqa: RUF012
            "dividing": _("New work is given"),
            "returns_after": _("Back to the queue after so many minutes without an act"),
        }
        help_texts = {  # noqa: RUF012
            "handles_press": _("Questions from the press go to this team."),
            "dividing": _("Only to members who are present and have room; what is due first, first."),
            "returns_after": _("Goes for what was given by itself. Empty: it stays with whoever was given it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dividing"].required = False

    def clean_dividing(self) -> str:
        """What nobody chose stays as it was."""
        return str(self.cleaned_data["dividing"] or self.instance.dividing)
