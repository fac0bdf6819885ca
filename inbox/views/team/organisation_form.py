"""What an admin fills in about the organisation."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.models import Approval, Contact, Organisation


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Its name, how customers are addressed, and which answers need a second person."""

    class Meta:
        model = Organisation
        fields: ClassVar = [
            "name", "address", "approves_pictures", "approves_negative", "approves_followers", "approves_posts",
            "approval_minutes",
            "approval_fallback", "holidays", "masks_personal_data",
        ]  # fmt: skip
        labels: ClassVar = {
            "name": _("Name"),
            "address": _("How we address customers"),
            "approves_pictures": _("A second person looks at public pictures and films"),
            "approves_negative": _("A second person looks at public answers to who is angry or annoyed"),
            "approves_followers": _("A second person looks at answers from so many followers"),
            "approves_posts": _("A second person looks at planned posts"),
            "approval_minutes": _("Minutes to approve an answer"),
            "approval_fallback": _("When nobody approves it in time"),
            "holidays": _("Public holidays"),
            "masks_personal_data": _("Mask customers' phone numbers, e-mail addresses, account numbers and BSN"),
        }
        help_texts: ClassVar = {
            "name": _("Stands in the menu."),
            "address": _(
                "Stands at the composer, and a Dutch answer that does otherwise gets a hint. What a customer wants for "
                "themselves goes before it."
            ),
            "approves_pictures": _(
                "A public answer with a picture or film waits until a colleague who may answer from that account "
                "approves it. So every account needs at least two people."
            ),
            "approves_followers": _("Empty: however many followers the customer has."),
            "approves_posts": _("Only where an account may publish posts. Somebody else than the author approves."),
            "approval_minutes": _(
                "Holds for every answer that waits for approval, of who is in training too. 0: it waits until somebody "
                "decides."
            ),
            "holidays": _("On these days you are closed, unless you fill in other hours below."),
            "masks_personal_data": _(
                "In what customers write, and the number somebody is known by, for everybody whose role does not see "
                "them. One press shows those of one message or person, and “Who read what” says who pressed. Nothing "
                "stored changes. Names, handles and files stay."
            ),
        }
        widgets: ClassVar = {
            "name": forms.TextInput(attrs={"class": "input", "autocomplete": "organization"}),
            "address": forms.RadioSelect,
            "approves_followers": forms.NumberInput(attrs={"class": "input", "min": 1}),
            "approval_minutes": forms.NumberInput(attrs={"class": "input", "min": 0, "max": 1440}),
            "approval_fallback": forms.Select(attrs={"class": "select"}),
            "holidays": forms.Select(attrs={"class": "select"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"] = forms.ChoiceField(
            label=self.fields["address"].label,
            help_text=self.fields["address"].help_text,
            choices=[*Contact.Address.choices, ("", _("no rule: whoever writes decides"))],
            required=False,
            widget=forms.RadioSelect,
        )

        countries = [("", _("none")), *Organisation._meta.get_field("holidays").flatchoices]
        self.fields["holidays"] = forms.ChoiceField(
            label=self.fields["holidays"].label,
            help_text=self.fields["holidays"].help_text,
            choices=countries,
            required=False,
            widget=forms.Select(attrs={"class": "select"}),
        )
        self.fields["holidays"].kept = True  # type: ignore[attr-defined]  # for the template: empty is an answer

        self.fields["approval_minutes"].required = self.fields["approval_fallback"].required = False
        self.fields["approval_minutes"].kept = True  # type: ignore[attr-defined]
        self.fields["approval_fallback"].kept = True  # type: ignore[attr-defined]

    def clean_approval_minutes(self) -> int:
        """Left empty: until somebody decides."""
        return self.cleaned_data["approval_minutes"] or 0

    def clean_approval_fallback(self) -> str:
        """Left out: nothing leaves by itself."""
        return self.cleaned_data["approval_fallback"] or Approval.Fallback.TELL

    def clean_name(self) -> str:
        """One line."""
        return " ".join(str(self.cleaned_data["name"]).split())
