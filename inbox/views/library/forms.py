"""What leads and agents fill in about writing: canned replies, guidelines, watched words."""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels import pictures
from channels.file_type import CONVERTED, read_type
from channels.models import Account
from channels.platforms import PLATFORMS
from inbox.models import CannedReply, CannedText, Guideline, Label, Team, User, WatchedWord
from inbox.models.rights import Right
from inbox.views.team.forms import AccountsField

_LANGUAGES = [
    ("", _("Every language")),
    ("nl", _("Dutch")),
    ("en", _("English")),
    ("de", _("German")),
    ("fr", _("French")),
]
_LARGEST_PICTURE = 5 * 1024 * 1024


def _channels() -> list[tuple[str, Any]]:
    return [("", _("Every channel")), *((name, platform.title) for name, platform in PLATFORMS.items())]


def _select(choices: Any) -> forms.Select:
    return forms.Select(choices=choices, attrs={"class": "select"})


class CannedForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """What a canned reply is about, who finds it, and when its owner looks at it again."""

    accounts = AccountsField(
        Account.objects.none(),
        label=_("Accounts"),
        help_text=_("Nothing ticked: offered at every account."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = CannedReply
        fields: ClassVar = ["title", "scope", "team", "label", "accounts", "review_on", "picture"]
        help_texts: ClassVar = {
            "title": _("What colleagues look for after typing /."),
            "label": _("Offered first in conversations with this label."),
            "review_on": _("From this day on it is shown as overdue."),
            "picture": _("Goes along with the answer, where the channel takes pictures."),
        }
        widgets: ClassVar = {
            "title": forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
            "scope": forms.RadioSelect,
            "team": forms.Select(attrs={"class": "select"}),
            "label": forms.Select(attrs={"class": "select"}),
            "review_on": forms.DateInput(attrs={"class": "input", "type": "date"}, format="%Y-%m-%d"),
            "picture": forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        teams = Team.objects.filter(archived_at=None)
        self.fields["team"].queryset = teams if user.has(Right.CANNED) else teams.filter(members=user)  # type: ignore[attr-defined]
        self.fields["label"].queryset = Label.objects.filter(archived_at=None)  # type: ignore[attr-defined]
        self.fields["team"].empty_label = _("No team")  # type: ignore[attr-defined]
        self.fields["label"].empty_label = _("No label")  # type: ignore[attr-defined]
        # What was chosen stays choosable, also an account that this person does not see.
        chosen = self.instance.accounts.values("pk") if self.instance.pk else []
        seen = user.visible_accounts().order_by().values("pk")
        rows = Account.objects.filter(Q(pk__in=seen) | Q(pk__in=chosen)).order_by("platform", "name", "pk")
        self.fields["accounts"].queryset = rows  # type: ignore[attr-defined]
        if not user.has(Right.CANNED):
            self.fields["scope"].choices = [CannedReply.Scope.choices[0]]  # type: ignore[attr-defined]
            self.fields["scope"].initial = CannedReply.Scope.PRIVATE

    def clean_picture(self) -> Any:
        """Only what is a picture by its contents."""
        picture = self.cleaned_data["picture"]
        if isinstance(picture, UploadedFile):
            found = read_type(cast(BinaryIO, picture))
            if found is None or found.kind != "image":
                raise forms.ValidationError(gettext("This is not a picture we can use (JPEG, PNG or WebP)."))
            if found.mime_type in CONVERTED:
                picture = _as_jpeg(picture)
            if (picture.size or 0) > _LARGEST_PICTURE:
                raise forms.ValidationError(gettext("A picture may be 5 MB at most."))
        return picture

    def clean(self) -> dict[str, Any]:
        """A reply for a team names the team."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("scope") == CannedReply.Scope.TEAM and not values.get("team"):
            self.add_error("team", gettext("Choose the team."))
        return values


def _as_jpeg(picture: UploadedFile[Any]) -> SimpleUploadedFile:
    try:
        made = pictures.without_metadata(picture.read())
    except pictures.UnusablePicture:
        raise forms.ValidationError(gettext("This is not a picture we can use (JPEG, PNG or WebP).")) from None
    return SimpleUploadedFile(f"{Path(picture.name or 'picture').stem}.jpg", made, "image/jpeg")


class CannedTextForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """One wording."""

    class Meta:
        model = CannedText
        fields: ClassVar = ["platform", "language", "text"]
        widgets: ClassVar = {
            "platform": _select(_channels),
            "language": _select(_LANGUAGES),
            "text": forms.Textarea(attrs={"class": "input", "rows": 5, "dir": "auto"}),
        }


class _Wordings(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # generic in the stubs only
    """At least one wording, and no two for the same channel and language."""

    def clean(self) -> None:
        """Count what is left after deletions."""
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form.cleaned_data.get("text") and not form.cleaned_data.get("DELETE")]
        if not kept:
            raise forms.ValidationError(gettext("Write at least one text."))

    def get_unique_error_message(self, unique_check: Any) -> str:
        """Said in the words of the page."""
        return gettext("There is already a text for this channel and language.")


CannedTexts = forms.inlineformset_factory(
    CannedReply, CannedText, form=CannedTextForm, formset=_Wordings, extra=1, can_delete=True
)


class GuidelineForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A guideline with its newest text."""

    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"class": "input", "rows": 14, "dir": "auto"}))

    class Meta:
        model = Guideline
        fields: ClassVar = ["title", "platform", "team"]
        widgets: ClassVar = {
            "title": forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
            "platform": _select(_channels),
            "team": forms.Select(attrs={"class": "select"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.filter(archived_at=None)  # type: ignore[attr-defined]
        self.fields["team"].empty_label = _("Every team")  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        """Browsers send CRLF; that alone is no new version."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").strip()


class WordForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """A phrase the guard looks for."""

    class Meta:
        model = WatchedWord
        fields: ClassVar = ["kind", "phrase", "advice"]
        widgets: ClassVar = {
            "kind": forms.RadioSelect,
            "phrase": forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
            "advice": forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Without the empty one: a button for nothing is no choice.
        cast(forms.ChoiceField, self.fields["kind"]).choices = WatchedWord.Kind.choices

    def clean_phrase(self) -> str:
        """One spelling of the same phrase."""
        phrase = " ".join(str(self.cleaned_data["phrase"]).split())
        duplicates = WatchedWord.objects.filter(kind=self.data.get("kind", ""), phrase__iexact=phrase)
        if duplicates.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(gettext("This phrase is on the list already."))
        return phrase
