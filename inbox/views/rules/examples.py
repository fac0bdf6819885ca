"""Rules to begin with: the eight kinds that teams know from elsewhere. What is only theirs is left to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inbox.automation.acts import LEADS
from inbox.views.rules.draft import OFFICE, Draft

_CHOOSE = "-"
_ARRIVES = {"kind": "arrives"}


@dataclass(frozen=True)
class Example:
    """One of them: its address, its name, and what it does in a line."""

    code: str
    name: str | Promise
    words: str | Promise
    when: dict[str, str]
    asks: Sequence[tuple[str, str, str | Promise]]
    does: Sequence[dict[str, Any]]

    @property
    def draft(self) -> Draft:
        """The form it begins with."""
        parts = [{"subject": subject, "how": how, "value": str(value)} for subject, how, value in self.asks]
        return Draft(name=str(self.name), when=[dict(self.when)], parts=parts, does=[dict(one) for one in self.does])


def _does(kind: str, value: str = _CHOOSE, **more: Any) -> dict[str, Any]:
    return {"does": kind, "value": value, **more}


EXAMPLES = (
    Example(
        "reply", _("Reply outside opening hours"), _("Says by itself, in private, that an answer follows."), _ARRIVES,
        [("hours", "is", "no"), ("visibility", "is", "private")], [_does("reply", hours=12)],
    ),
    Example(
        "state", _("Back in the queue"), _("Takes back what nobody acted on within an hour."),
        {"kind": "untouched", "minutes": "60", "clock": OFFICE}, [], [_does("release"), _does("priority", "high")],
    ),
    Example(
        "close", _("Close thanks"), _("Closes a happy thank-you that asks nothing."), _ARRIVES,
        [("words", "any", pgettext_lazy("rule", "thanks, thank you, great")), ("mood", "is", "happy")],
        [_does("close", "no_question")],
    ),
    Example(
        "label", _("Label by words"), _("Puts a label on what is about deliveries."), _ARRIVES,
        [("words", "any", pgettext_lazy("rule", "deliver*, parcel*, track*"))], [_does("label")],
    ),
    Example(
        "assign", _("The press to its team"), _("Gives what the press writes to the team that answers it."), _ARRIVES,
        [("contact", "is", "press")], [_does("team"), _does("priority", "high")],
    ),
    Example(
        "forward", _("Pass on by words"), _("Tells the team leads when certain words are written."), _ARRIVES,
        [("words", "any", pgettext_lazy("rule", "lawyer, summons, police"))], [_does("notify", LEADS)],
    ),
    Example(
        "crm", _("Complaints to the CRM"), _("Tells your CRM of every complaint, by a webhook."), _ARRIVES,
        [("complaint", "is", "yes")], [_does("webhook")],
    ),
    Example(
        "webhook", _("Tell another system"), _("Calls a webhook when a conversation is closed."), {"kind": "closed"},
        [], [_does("webhook")],
    ),
)  # fmt: skip


def example_called(code: str) -> Example | None:
    """Return the example of that name."""
    return next((example for example in EXAMPLES if example.code == code), None)
