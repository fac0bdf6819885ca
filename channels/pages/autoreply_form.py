"""An account's automatic message as an admin writes it, with a preview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.models import Account
from channels.types import Route, RouteRules
from inbox.models import OpeningHours
from inbox.outbox import autoreply_text as words
from inbox.text.length import length_of
from inbox.text.signature import without_signature


@dataclass(frozen=True, slots=True)
class Preview:
    """One language's message as a customer would get it now."""

    language: str
    title: str
    text: str
    length: int
    limit: int


class AutomaticForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """Whether private messages outside opening hours are answered by themselves, and with what."""

    class Meta:
        model = Account
        fields: ClassVar = ["automatic_on", "automatic_language", "automatic_nl", "automatic_en"]
        labels: ClassVar = {
            "automatic_on": _("Say automatically when an answer follows"),
            "automatic_language": _("Language where the customer's is not known"),
            "automatic_nl": _("Text in Dutch"),
            "automatic_en": _("Text in English"),
        }
        help_texts: ClassVar = {
            "automatic_on": _(
                "To private messages that come in outside opening hours, once per conversation while we are closed."
            ),
            "automatic_nl": _("We put “Automatisch bericht:” in front. {opens} becomes when we are back."),
            "automatic_en": _("We put “Automatic message:” in front. {opens} becomes when we are back."),
        }
        widgets: ClassVar = {
            "automatic_language": forms.Select(attrs={"class": "select"}),
            "automatic_nl": forms.Textarea(attrs={"class": "input", "rows": 3, "lang": "nl", "dir": "auto"}),
            "automatic_en": forms.Textarea(attrs={"class": "input", "rows": 3, "lang": "en", "dir": "auto"}),
        }

    def clean_automatic_nl(self) -> str:
        """What can be sent."""
        return self._sendable("nl")

    def clean_automatic_en(self) -> str:
        """What can be sent."""
        return self._sendable("en")

    def clean(self) -> dict[str, Any]:
        """Somebody whose language is not known has to be told something too."""
        cleaned = super().clean() or {}
        language = cleaned.get("automatic_language", "")
        field = f"automatic_{language}"
        if cleaned.get("automatic_on") and field in self.fields and cleaned.get(field) == "":
            self.add_error(field, gettext("Fill in the text that is sent where the customer's language is not known."))
        return cleaned

    def save(self, commit: bool = True) -> Account:
        """Save only what this form is about: health is written by others at the same time."""
        account: Account = self.instance
        if commit:
            account.save(update_fields=self.Meta.fields)
        return account

    def previews(self) -> list[Preview]:
        """Return each language's message as a customer gets it when we close next."""
        now, opens = _next_closed(self.instance)
        found = []
        for language, title in Account.Language.choices:
            text = str(self[f"automatic_{language}"].value() or "").strip()
            if text:
                whole = words.fill_in(text, language, opens, now)
                found.append(Preview(language, str(title), whole, length_of(whole, self._rules), self._rules.limit))
        return found

    @property
    def _rules(self) -> RouteRules:
        account: Account = self.instance
        return account.capabilities.routes[Route.PRIVATE_MESSAGE]

    def _sendable(self, language: str) -> str:
        text = str(self.cleaned_data[f"automatic_{language}"]).replace("\x00", "").replace("\r\n", "\n").strip()
        unknown = words.unknown_placeholders(text)
        if unknown:
            explanation = gettext("We cannot fill in %(what)s. Only {opens} can be used.")
            raise forms.ValidationError(explanation % {"what": ", ".join(unknown)})
        if without_signature(text) != text:
            raise forms.ValidationError(gettext("Nobody signs an automatic message: leave out the initials."))
        too_much = words.longest_length(text, language, self._rules) - self._rules.limit
        if text and too_much > 0:
            explanation = gettext(
                "Too long for this channel by %(n)d, with what we put in front and the longest {opens}."
            )
            raise forms.ValidationError(explanation % {"n": too_much})
        return text


def _next_closed(account: Account) -> tuple[datetime, datetime]:
    """Return a moment at which we are closed, and when we are back then; tomorrow at nine where that is not known."""
    now, hours = timezone.now(), OpeningHours.current().of(account.pk)
    closed = next((at for n in range(2 * 24 * 8) if not hours.is_open(at := now + n * timedelta(minutes=30))), None)
    opens = hours.opens_next(closed) if closed is not None else None
    if closed is not None and opens is not None:
        return closed, opens
    return now, timezone.localtime(now).replace(hour=9, minute=0) + timedelta(days=1)
