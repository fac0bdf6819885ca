"""What leads fill in about labels and teams."""

from __future__ import annotations

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
        fields = ("name", "handles_press", "members")
        widgets = {"name": forms.TextInput(attrs={"class": "input"})}  # noqa: RUF012
        help_texts = {"handles_press": _("Questions from the press go to this team.")}  # noqa: RUF012
