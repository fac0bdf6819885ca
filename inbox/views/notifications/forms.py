"""How one wants to be told: by which way of what, and when not."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inbox.models import Notification, NotificationChoice
from inbox.models.notification_choice import CHOSEN
from inbox.views.forms import zone_choices

Kind = Notification.Kind
WAYS = {"page": gettext_lazy("In the page"), "mail": gettext_lazy("By mail"), "push": gettext_lazy("By push")}
KINDS = [(str(kind), kind.label) for kind in Kind]


class TimeInput(forms.TimeInput):
    """A clock of the browser's own."""

    input_type = "time"


class Tick(NamedTuple):
    """One box of the table."""

    way: str
    kind: str
    is_on: bool
    title: str  # for who hears it


class NotificationChoiceForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A table of boxes, and quiet hours."""

    class Meta:
        model = NotificationChoice
        fields: ClassVar = ["page", "mail", "push", "push_names", "quiet_from", "quiet_until", "time_zone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = [(kind, label) for kind, label in KINDS if kind not in CHOSEN or self.instance.user.is_lead]
        for way in WAYS:
            self.fields[way] = forms.MultipleChoiceField(choices=self.kinds, required=False)
        for name in ("quiet_from", "quiet_until"):
            self.fields[name].widget = TimeInput(format="%H:%M", attrs={"class": "input"})
        select = forms.Select(attrs={"class": "select"})
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"), choices=zone_choices(), required=False, widget=select
        )

    def rows(self) -> list[tuple[str, list[Tick]]]:
        """Return each kind by its name, with a box for each way."""
        chosen = {way: set(self[way].value() or ()) for way in WAYS}
        return [
            (str(label), [Tick(way, kind, kind in chosen[way], f"{label}: {title}") for way, title in WAYS.items()])
            for kind, label in self.kinds
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse half of the quiet hours."""
        data: dict[str, Any] = super().clean() or {}
        offered = dict(self.kinds)
        for way in WAYS:  # what is not offered stays as it was
            data[way] = data.get(way, []) + [kind for kind in getattr(self.instance, way) if kind not in offered]
        if (data.get("quiet_from") is None) != (data.get("quiet_until") is None):
            raise forms.ValidationError(_("Say from when until when it is quiet, or leave both empty."))
        return data
