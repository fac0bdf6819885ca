"""What the inbox's forms take in. They check shape only; what is allowed is decided where it is done."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any, BinaryIO, cast

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import BigIntegerField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from channels.file_type import read_type
from channels.models import Account
from channels.platforms import platform_title
from inbox.models import Conversation, Notice
from inbox.outbox.drafts import NOTE, PRIVATE, PUBLIC
from inbox.outbox.proactive import LONGEST_REASON
from inbox.triage.assignment import may_wake_at
from webcare.lib import time_zones


class _SeveralFiles(forms.FileInput):
    """A file field that gives all that was chosen, not the last one."""

    allow_multiple_selected = True


class _Files(forms.FileField):
    """Several files in one field."""

    widget = _SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Return the list of files, empty when none was chosen."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(_Files, self).clean(file, initial) for file in files]


class _Keys(forms.CharField):
    """Names of hints, apart by spaces."""

    def clean(self, value: Any) -> list[str]:
        """Return the names, [] for none."""
        return str(super().clean(value)).split()


class AccountsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Accounts of ours, as ticks."""

    def label_from_instance(self, obj: Account) -> str:
        """Return an account by name and platform."""
        return f"{obj.name} ({platform_title(obj.platform)})"


class ReplyForm(forms.Form):
    """An answer or a note, from the one composer."""

    tab = forms.ChoiceField(choices=[(key, key) for key in (PUBLIC, PRIVATE, NOTE)])
    text = forms.CharField(required=False, strip=False, max_length=20_000)
    reply_to = forms.UUIDField(required=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=BigIntegerField.MAX_BIGINT)
    code = forms.UUIDField()
    attached = _Files(required=False)
    sender = forms.UUIDField(required=False)
    canned = forms.UUIDField(required=False)
    canned_picture = forms.BooleanField(required=False)
    hinted = _Keys(required=False)  # the guard's hints that have been on the screen
    anyway = _Keys(required=False)  # those waved through
    # Why somebody is answered who did not address us.
    why = forms.CharField(required=False, max_length=LONGEST_REASON)
    helped = forms.BooleanField(required=False)  # part of it was made by the assistant

    def clean_attached(self) -> list[UploadedFile[Any]]:
        """What a file is, is read from the file; what cannot be read is not sent."""
        files: list[UploadedFile[Any]] = self.cleaned_data["attached"]
        for file in files:
            found = read_type(cast(BinaryIO, file), file.content_type or "")
            if found is None:
                raise forms.ValidationError(_("“%(name)s” is not a file we can send."), params={"name": file.name})
            file.content_type = found.mime_type
        return files

    def clean_text(self) -> str:
        """Browsers send CRLF; platforms count it double."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").strip()


class TemplateForm(forms.Form):
    """A template that was filled in; the values themselves are read by the template's own gaps."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=BigIntegerField.MAX_BIGINT)
    code = forms.UUIDField()
    hinted = _Keys(required=False)
    anyway = _Keys(required=False)


class CloseForm(forms.Form):
    """Why a conversation is done; left out after an answer."""

    reason = forms.ChoiceField(choices=Conversation.CloseReason.choices, required=False)


class SnoozeForm(forms.Form):
    """Until when: one of a few spans, or a moment."""

    SPANS = (
        ("1h", _("In one hour")),
        ("3h", _("In three hours")),
        ("tomorrow", _("Tomorrow at nine")),
        ("monday", _("Monday at nine")),
        ("answer", _("Until they answer")),
    )
    span = forms.ChoiceField(choices=SPANS, required=False)
    until = forms.DateTimeField(
        required=False, error_messages={"invalid": _("That is no date and time. Choose until when.")}
    )

    def clean(self) -> dict[str, Any]:
        """One of both, and in the future."""
        values: dict[str, Any] = super().clean() or {}
        until = values.get("until")
        if until is not None and not may_wake_at(until):
            self.add_error("until", _("Choose a moment in the future."))
        if not values.get("span") and until is None and not self.errors:
            self.add_error("until", _("Choose until when."))
        return values

    @property
    def refusal(self) -> str:
        """Why it was not taken, in one sentence."""
        return next((str(errors[0]) for errors in self.errors.values()), "")

    def moment(self) -> datetime | None:
        """The chosen moment; None for "until they answer"."""
        span = self.cleaned_data.get("span")
        if not span:
            chosen: datetime | None = self.cleaned_data["until"]
            return chosen
        now = timezone.localtime()
        nine = now.replace(hour=9, minute=0, second=0, microsecond=0)
        return {
            # Adding hours to local times would be an hour off when the clock changes.
            "1h": timezone.now() + timedelta(hours=1),
            "3h": timezone.now() + timedelta(hours=3),
            "tomorrow": nine + timedelta(days=1),
            "monday": nine + timedelta(days=7 - now.weekday()),
            "answer": None,
        }[span]


class AssignForm(forms.Form):
    """Who takes it; empty for nobody."""

    user = forms.UUIDField(required=False)
    handover = forms.CharField(required=False, max_length=500)


class NoticeForm(forms.Form):
    """A line for the notice board."""

    kind = forms.ChoiceField(
        label=_("About"), choices=Notice.Kind.choices, widget=forms.Select(attrs={"class": "select"})
    )
    text = forms.CharField(
        label=_("What colleagues should know"),
        max_length=500,
        widget=forms.Textarea(attrs={"class": "input", "rows": 2}),
    )
    expires_at = forms.DateTimeField(
        label=_("Until"),
        widget=forms.DateTimeInput(attrs={"class": "input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def clean_expires_at(self) -> datetime:
        """In the future."""
        until: datetime = self.cleaned_data["expires_at"]
        if until <= timezone.now():
            raise forms.ValidationError(_("Choose a moment in the future."))
        return until


def zone_choices() -> list[tuple[str, str]]:
    """Return every time zone by its place, the organisation's own first."""
    return [("", _("%(zone)s, as the organisation") % {"zone": settings.TIME_ZONE}), *_places()]


@cache
def _places() -> list[tuple[str, str]]:
    places = sorted(name for name in time_zones.known() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [(name, name.replace("_", " ")) for name in places]
