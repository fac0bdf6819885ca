"""What leads fill in about labels and teams."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
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
    """A label's name, what it marks, who gets what carries it, and whether its answers are approved first."""

    class Meta:
        model = Label
        fields = ("name", "purpose", "team", "raised_on", "is_complaint", "needs_approval")
        widgets = {  # noqa: RUF012
            "name": forms.TextInput(attrs={"class": "input"}),
            "purpose": forms.Select(attrs={"class": "select"}),
            "team": forms.Select(attrs={"class": "select"}),
            "raised_on": forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d"),
        }
        help_texts = {
            "is_complaint": _("What carries it is a complaint, and is not closed unanswered without a reason."),
            "needs_approval": _("What is answered there waits until a colleague approves it."),
            "purpose": _("Signals and leads are counted under Figures."),
            "team": _("Whoever puts the label on gives the conversation to this team."),
            "raised_on": _("When it was passed on to whoever makes the product. Whoever answers sees it."),
        }  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = Team.objects.filter(Q(archived_at=None) | Q(pk=self.instance.team_id))
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.fields["team"].empty_label = _("No team")  # type: ignore[attr-defined]
        choices = [("", _("Sorting alone")), *Label.Purpose.choices]
        self.fields["purpose"].choices = choices  # type: ignore[attr-defined]


class TeamForm(_Named):
    """A team's name and members, who sees its work, and how that is divided."""

    by: User | None = None  # who fills it in
    members = forms.ModelMultipleChoiceField(
        User.objects.filter(is_active=True).order_by("first_name", "last_name"),
        label=_("Members"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    leads = forms.ModelMultipleChoiceField(
        User.objects.filter(is_active=True).order_by("first_name", "last_name"),
        label=_("Lead this team"),
        help_text=_("Members who read the figures of this team alone, and hear when its customers wait too long."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Team
        fields = ("name", "handles_press", "is_closed", "dividing", "returns_after", "shift_end", "members", "leads")
        widgets = {  # noqa: RUF012
            "name": forms.TextInput(attrs={"class": "input"}),
            "dividing": forms.RadioSelect,
            "shift_end": forms.RadioSelect,
            "returns_after": forms.NumberInput(attrs={"class": "input", "min": 1, "max": 1440}),
        }
        labels = {  # noqa: RUF012
            "dividing": _("New work is given"),
            "returns_after": _("Back to the queue after so many minutes without an act"),
            "shift_end": _("When somebody stops working"),
        }
        help_texts = {  # noqa: RUF012
            "handles_press": _("Questions from the press go to this team."),
            "is_closed": _(
                "Who is not in this team does not see its conversations: not in lists, search or figures. Leads of"
                " other teams do not either; admins see everything. Anybody can still give it work."
            ),
            "dividing": _("Only to members who are present and have room; what is due first, first."),
            "shift_end": _(
                "Ten minutes after they say so or sign out, or once nothing was heard of them for long. First they may"
                " hand it over themselves. What they are given after that stays with them."
            ),
            "returns_after": _("Goes for what was given by itself. Empty: it stays with whoever was given it."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["dividing"].required = self.fields["shift_end"].required = False

    def clean(self) -> dict[str, Any] | None:
        """Nobody but an admin closes a team to themselves: they could not open it again."""
        found = super().clean() or {}
        alone = self.by is not None and not self.by.is_admin and self.by not in (found.get("members") or ())
        if found.get("is_closed") and alone:
            self.add_error("is_closed", _("Be in a team yourself before you close it to others, or ask an admin."))
        return found

    def clean_leads(self) -> list[User]:
        """Who leads a team is in it."""
        inside = {person.pk for person in self.cleaned_data.get("members") or ()}
        leads = list(self.cleaned_data["leads"])
        if any(person.pk not in inside for person in leads):
            raise forms.ValidationError(_("Who leads a team is a member of it too."))
        return leads

    def clean_dividing(self) -> str:
        """What nobody chose stays as it was."""
        return str(self.cleaned_data["dividing"] or self.instance.dividing)

    def clean_shift_end(self) -> str:
        """What nobody chose stays as it was."""
        return str(self.cleaned_data["shift_end"] or self.instance.shift_end)
