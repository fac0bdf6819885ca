"""What the CRM has of a customer: said where they are erased, and where they ask what is held of them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.connecting.models import Connection
from crm.people.models import Link
from crm.writing.kinds import Kind
from crm.writing.models import Write
from inbox.privacy.person import Person

_WRITTEN: dict[str, Any] = {
    Kind.RECEIVED: gettext_lazy("a message of yours"),
    Kind.SENT: gettext_lazy("an answer of ours"),
    Kind.CLOSED: gettext_lazy("that a conversation was closed"),
    Kind.LEAD: gettext_lazy("a conversation, as somebody who may buy"),
}


def note() -> str:
    """Say that a CRM keeps what it was written, where one is or was connected."""
    row = Connection.objects.order_by("-pk").first()
    if row is None:
        return ""
    return _("What stands in %(crm)s is not erased by this: have it erased there too.") % {"crm": row.name}


def passed_on(person: Person) -> list[dict[str, Any]]:
    """Return what of somebody was written there, and which record they are."""
    writes = Write.objects.filter(conversation__in=person.conversation_ids, state=Write.State.DONE)
    links = Link.objects.filter(contact=person.contact).exclude(record_id="").select_related("connection")
    found = [_row(one.connection.name, _("linked with a record"), one) for one in links]
    rows = writes.select_related("connection").order_by("at", "pk")
    return found + [_row(one.connection.name, str(_WRITTEN.get(one.kind, one.kind)), one) for one in rows]


def _row(name: str, what: str, one: Link | Write) -> dict[str, Any]:
    return {"to": name, "what": what, "at": one.at, "record": one.record_id}
