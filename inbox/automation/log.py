"""What rules did, in words: who or what was changed, from what to what."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.history.describe import names_in, tell
from inbox.models import Event, RuleApplication


def told_of(applications: Sequence[RuleApplication]) -> dict[int, list[str]]:
    """Return what each did, a line an act, in order. Two statements."""
    pks = [row.pk for row in applications]
    if not pks:
        return {}
    of_these = {"conversation__in": {row.conversation_id for row in applications}, "data__application__in": pks}
    events = list(Event.objects.filter(**of_these).order_by("pk"))
    names = names_in(events)
    told: dict[int, list[str]] = {}
    for event in events:
        # Which rule it was stands above the list.
        data = {key: value for key, value in event.data.items() if key != "rule" or event.verb.startswith("rule_")}
        told.setdefault(event.data["application"], []).append(tell(event.verb, data, "", names).line)
    return told
