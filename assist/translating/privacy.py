"""What the assistant's server was asked about somebody: said where they are erased, and where they ask."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assist.server.servers import current
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
