"""How far an incident's answers are: one of six, each reply in exactly one. SQL, so that the page and a list agree."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from inbox.models import Incident, IncidentReply, Message

_REPLY, _STATE = IncidentReply.State, Message.State
_LEAVING = (_STATE.QUEUED, _STATE.SENDING, _STATE.RETRY, _STATE.APPROVAL)
_LOOKED_FOR = Q(message__state=_STATE.UNKNOWN, message__retry_at__isnull=False)
_STAND = Case(
    When(state=_REPLY.WAITING, then=Value("waiting")),
    When(state=_REPLY.SKIPPED, then=Value("skipped")),
    When(state=_REPLY.STOPPED, then=Value("stopped")),
    When(Q(message__state__in=_LEAVING) | _LOOKED_FOR, then=Value("leaving")),
    When(message__state__in=[_STATE.FAILED, _STATE.HELD, _STATE.UNKNOWN], then=Value("failed")),
    When(message__state=_STATE.CANCELLED, stopped_at__isnull=False, then=Value("stopped")),
    # Overtaken in the outbox: the customer wrote, or a colleague answered.
    When(message__state=_STATE.CANCELLED, then=Value("skipped")),
    default=Value("sent"),
    output_field=CharField(),
)
STANDS = ("sent", "waiting", "leaving", "failed", "skipped", "stopped")


class Totals(NamedTuple):
    """How many replies stand where."""

    sent: int = 0
    waiting: int = 0
    leaving: int = 0
    failed: int = 0
    skipped: int = 0
    stopped: int = 0

    @property
    def chosen(self) -> int:
        """All of them."""
        return sum(self)

    @property
    def to_go(self) -> int:
        """What has not left yet, and will."""
        return self.waiting + self.leaving


def with_stand(incident: Incident) -> QuerySet[Any]:
    """Return an incident's replies, each with where it stands (`stand`)."""
    return IncidentReply.objects.filter(incident=incident).annotate(stand=_STAND)


def totals_of(incident: Incident) -> Totals:
    """Return how many stand where."""
    counted = with_stand(incident).order_by().values("stand").annotate(n=Count("pk"))
    return Totals(**{row["stand"]: row["n"] for row in counted})


def reasons_of(incident: Incident) -> list[tuple[str, int]]:
    """Return why how many were skipped, most first, in words."""
    skipped = with_stand(incident).filter(stand="skipped").order_by()
    reason = Case(When(reason="", then=Value(IncidentReply.Reason.WROTE)), default=Coalesce("reason", Value("")))
    counted = skipped.annotate(cause=reason).values_list("cause").annotate(n=Count("pk")).order_by("-n", "cause")
    words = dict(IncidentReply.Reason.choices)
    return [(str(words[cause]), n) for cause, n in counted]
