"""An account's question of how satisfied customers are, as an admin writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.models import Account
from inbox.models import SurveySettings
from inbox.models.survey import CHOICES
from inbox.outbox import survey
from inbox.text.signature import without_signature


@dataclass(frozen=True, slots=True)
class Preview:
    """The question as a customer gets it in one language, with what they can tap."""

    language: str
    title: str
    text: str
    choices: tuple[str, ...]


class SurveyForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Whether it is asked, when, how seldom, and in which words."""

    class Meta:
        model = SurveySettings
        fields: ClassVar = ["is_on", "delay", "rest_days", "text_nl", "text_en"]
        help_texts: ClassVar = {
            "is_on": _("In private only, after a conversation that we answered, while the channel lets us write."),
            "rest_days": _("Counted over all accounts: nobody is asked twice within this time."),
            "text_nl": _("We put “Automatisch bericht:” in front. The scores 5 to 1 follow by themselves."),
            "text_en": _("We put “Automatic message:” in front. The scores 5 to 1 follow by themselves."),
        }
        widgets: ClassVar = {
            "delay": forms.Select(attrs={"class": "select"}),
            "rest_days": forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
            "text_nl": forms.Textarea(attrs={"class": "input", "rows": 2, "lang": "nl", "dir": "auto"}),
            "text_en": forms.Textarea(attrs={"class": "input", "rows": 2, "lang": "en", "dir": "auto"}),
        }

    def clean_text_nl(self) -> str:
        """What can be sent."""
        return self._sendable("nl")

    def clean_text_en(self) -> str:
        """What can be sent."""
        return self._sendable("en")

    def clean(self) -> dict[str, Any]:
        """A customer whose language is not known has to be asked something too."""
        cleaned = super().clean() or {}
        field = f"text_{self.instance.account.automatic_language}"
        if cleaned.get("is_on") and cleaned.get(field) == "":
            self.add_error(field, gettext("Fill in the text that is sent where the customer's language is not known."))
        return cleaned

    def previews(self) -> list[Preview]:
        """Return each language's question as it is saved."""
        titles = dict(Account.Language.choices)
        whole = {language: survey.whole_text(self.instance, language) for language in CHOICES}
        return [
            Preview(language, str(titles[language]), text, tuple(CHOICES[language].values()))
            for language, text in whole.items()
            if text
        ]

    def _sendable(self, language: str) -> str:
        text = str(self.cleaned_data[f"text_{language}"]).replace("\x00", "").replace("\r\n", "\n").strip()
        if without_signature(text) != text:
            raise forms.ValidationError(gettext("Nobody signs an automatic message: leave out the initials."))
        if text and (too_much := survey.overflow(text, language, self.instance.account)):
            raise forms.ValidationError(gettext("Too long for this channel by %(n)d.") % {"n": too_much})
        return text


def form_for(account: Account, data: QueryDict | None = None) -> SurveyForm | None:
    """Return an account's form; None where its channel has nothing to tap in private."""
    if not survey.fits(account):
        return None
    settings = SurveySettings.objects.filter(account=account).first() or SurveySettings(account=account)
    settings.account = account
    return SurveyForm(data, instance=settings)
