"""How an account is watched, and who is told."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.models import SpikeWatch, User
from inbox.routing.holders import may_see


class WatchForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Sensitivity, the silence afterwards, and names."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Who is told"),
        required=False,
        help_text=_("Nobody ticked: the team leads who see this account."),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = SpikeWatch
        fields = ("sensitivity", "cool_down", "people")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = self.fields["people"]
        people.queryset = User.objects.filter(may_see(account=self.instance.account_id)).order_by(  # type: ignore[attr-defined]
            "first_name", "last_name", "pk"
        )
        people.label_from_instance = lambda person: person.name  # type: ignore[attr-defined]
        self.fields["sensitivity"].widget.attrs["class"] = "select"
        self.fields["cool_down"].widget.attrs |= {"class": "input", "inputmode": "numeric"}
