"""A new round, and what a reviewer says of one answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.platforms import platform_title
from inbox.models import PracticeCase, PracticeCopy, User
from inbox.models.rights import Right, holding
from inbox.practice.cases import shipped
from inbox.practice.rounds import KINDS

_WHERE = [f"{platform}:{'public' if is_public else 'private'}" for platform, is_public in KINDS]


class RoundForm(forms.Form):
    """A name, who takes part, the cases, and room for one of one's own."""

    name = forms.CharField(
        label=_("Name"), max_length=80, widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"})
    )
    people = forms.ModelMultipleChoiceField(
        User.objects.none(), label=_("Who takes part"), widget=forms.CheckboxSelectMultiple
    )
    cases = forms.MultipleChoiceField(label=_("Cases"), required=False, widget=forms.CheckboxSelectMultiple)
    own_title = forms.CharField(
        label=_("A case of your own"), max_length=120, required=False,
        help_text=_("Fictional: no words or details of a real customer."),
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )  # fmt: skip
    own_where = forms.ChoiceField(label=_("Where"), required=False, widget=forms.Select(attrs={"class": "select"}))
    own_customer = forms.CharField(
        label=_("Name of the customer"), max_length=80, required=False,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )  # fmt: skip
    own_words = forms.CharField(
        label=_("What the customer writes"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"class": "input", "rows": 3}),
    )  # fmt: skip
    own_task = forms.CharField(
        label=_("The assignment"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shipped = {case.key: case for case in shipped(language)}
        people = self.fields["people"]
        able = User.objects.filter(is_active=True).filter(holding(Right.WORK))
        people.queryset = able.order_by("first_name", "last_name", "pk")  # type: ignore[attr-defined]
        people.label_from_instance = lambda person: person.name  # type: ignore[attr-defined]
        self.fields["cases"].choices = [(case.key, case.title) for case in self._shipped.values()]  # type: ignore[attr-defined]
        self.fields["cases"].initial = list(self._shipped)
        self.fields["own_where"].choices = [(key, _where(key)) for key in _WHERE]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """There has to be something to answer."""
        cleaned = super().clean() or {}
        own = bool(cleaned.get("own_title"))
        for field in ("own_customer", "own_words") if own else ():
            if not cleaned.get(field):
                self.add_error(field, gettext("Fill this in for your own case."))
        if not own and not cleaned.get("cases"):
            self.add_error("cases", gettext("Choose at least one case."))
        return cleaned

    def chosen(self) -> list[PracticeCase]:
        """Return the cases of the round, not saved yet."""
        given = self.cleaned_data
        found = [
            PracticeCase(
                title=case.title, platform=case.platform, is_public=case.is_public, customer=case.customer,
                words=case.words, task=case.task, draft=case.draft, hints=case.hints,
            )
            for case in (self._shipped[key] for key in given["cases"])
        ]  # fmt: skip
        if given["own_title"]:
            platform, side = given["own_where"].split(":")
            found.append(
                PracticeCase(
                    title=given["own_title"], platform=platform, is_public=side == "public",
                    customer=given["own_customer"], words=given["own_words"], task=given["own_task"],
                )
            )  # fmt: skip
        return found


class ScoreForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """One to five, and why."""

    class Meta:
        model = PracticeCopy
        fields = ("score", "remark")


def _where(key: str) -> str:
    platform, side = key.split(":")
    return f"{platform_title(platform)}, {gettext('in public') if side == 'public' else gettext('in private')}"
