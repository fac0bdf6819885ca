"""Which programs of others were told of somebody: said where somebody asks what is held of them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, ExpressionWrapper, F, Max, Q
from django.db.models.fields import BooleanField
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from api.webhooks.models import Endpoint, Telling
from inbox.privacy.elsewhere import Texts
from inbox.privacy.person import Person

ENDPOINTS = Texts(
    "endpoint", gettext_lazy("Webhook"), Endpoint.objects.all, ("name",),
    lambda row: reverse("api_endpoint", args=[row.code]),
)  # fmt: skip


def note() -> str:
    """Say that programs keep what they were told, where one ever got customers' words."""
    got_words = Q(with_words=True) | Q(had_words=True)
    hosts = Endpoint.objects.filter(got_words).order_by("host").values_list("host", flat=True).distinct()
    if not hosts:
        return ""
    return _("What webhooks told %(hosts)s is not erased by this: have it erased there too.") % {
        "hosts": ", ".join(hosts)
    }


def passed_on(person: Person) -> list[dict[str, Any]]:
    """Return each program that was told of somebody, with how often, lately and whether their words went along.

    That is as it was when told. Where a former release did not keep it, the endpoint says whether it ever got words.
    """
    ever = ExpressionWrapper(Q(endpoint__had_words=True) | Q(endpoint__with_words=True), BooleanField())
    told = Telling.objects.filter(conversation__in=person.conversation_ids, state=Telling.State.DONE)
    rows = told.values("endpoint__host", words=Coalesce(F("with_words"), ever)).annotate(
        n=Count("pk"), last=Max("tried_at")
    )
    return [
        {"to": row["endpoint__host"], "what": _what(row["n"], words=row["words"]), "at": row["last"]}
        for row in rows.order_by("endpoint__host", "words")
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
