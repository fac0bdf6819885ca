"""Which programs of others were told of somebody: said where somebody asks what is held of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from api.webhooks.models import Endpoint, Telling
from inbox.privacy.person import Person


def note() -> str:
    """Say that programs keep what they were told, where one gets customers' words."""
    hosts = Endpoint.objects.filter(with_words=True).order_by("host").values_list("host", flat=True).distinct()
    if not hosts:
        return ""
    return _("What webhooks told %(hosts)s is not erased by this: have it erased there too.") % {
        "hosts": ", ".join(hosts)
    }


def passed_on(person: Person) -> list[dict[str, Any]]:
    """Return each program that was told of somebody, with how often, lately and whether their words went along."""
    told = Telling.objects.filter(conversation__in=person.conversation_ids, state=Telling.State.DONE)
    rows = told.values("endpoint__host", "endpoint__with_words").annotate(n=Count("pk"), last=Max("tried_at"))
    return [
        {"to": row["endpoint__host"], "what": _what(row["n"], words=row["endpoint__with_words"]), "at": row["last"]}
        for row in rows.order_by("endpoint__host")
    ]


def _what(n: int, *, words: bool) -> str:
    if words:
        return ngettext(
            "%(n)d event in a conversation with you, with your name and words",
            "%(n)d events in conversations with you, with your name and words",
            n,
        ) % {"n": n}
    return ngettext(
        "%(n)d event in a conversation with you, without name and words",
        "%(n)d events in conversations with you, without name and words",
        n,
    ) % {"n": n}
