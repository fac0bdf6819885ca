"""What the assistant's server was asked about somebody: said where they are erased, and where they ask."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from assist.server.servers import current
from assist.translating.models import Translation
from inbox.models import Event
from inbox.privacy.person import Person

_ASKED: dict[str, Any] = {
    "assist_summarised": gettext_lazy("a conversation with you, to be summed up, without names and numbers"),
    "assist_drafted": gettext_lazy("your latest messages, to draft an answer, without names and numbers"),
    "assist_answer_translated": gettext_lazy("an answer to you, to be translated, without names and numbers"),
    "assist_translated": gettext_lazy("a message of yours, to be translated, without names and numbers"),
}


def note() -> str:
    """Say that a server of the organisation's own may keep what it was asked, where one is set up."""
    row = current()
    if row is None:
        return ""
    return _("The assistant at %(host)s got texts without names and numbers: whether it keeps them is up to it.") % {
        "host": row.host
    }


def passed_on(person: Person) -> list[dict[str, Any]]:
    """Return what of somebody's words it was asked about."""
    events = Event.objects.filter(conversation__in=person.conversation_ids, verb__in=_ASKED).order_by("at", "pk")
    return [
        {"to": event.data.get("host", ""), "what": str(_ASKED[event.verb]), "at": event.at, "record": ""}
        for event in events
    ]


def made(person: Person) -> list[dict[str, Any]]:
    """Return the translations that are kept of somebody's messages. A trigger deletes them with the words."""
    rows = Translation.objects.filter(message__in=person.messages.values("pk")).order_by("at", "pk")
    return [{"at": row.at, "what": _translated(row.language), "text": row.text} for row in rows]


def _translated(language: str) -> str:
    try:
        title = get_language_info(language)["name_translated"]
    except KeyError:
        title = language
    return _("a translation of a message by a machine, into: %(language)s") % {"language": title.lower()}
