"""Which incidents a conversation is about: its account, and the label or words where an incident has some."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from inbox.incidents.look_first import text_for
from inbox.models import Conversation, Incident, User
from inbox.text.whole_words import needles, spaced


@dataclass(frozen=True, slots=True)
class Pinned:
    """An incident above a composer: its text as this customer would get it."""

    incident: Incident
    text: str
    is_readable: bool  # whether its own page is: who sees some of its accounts reads the text alone


def pinned_for(
    incidents: Iterable[Incident], conversation: Conversation, reader: User, customer_text: str,
    label_names: Collection[str], readable: Collection[int],
) -> list[Pinned]:  # fmt: skip
    """Return what stands above a composer, the newest first. Only what was approved."""
    return [
        Pinned(incident, text_for(incident, conversation, reader), set(incident.account_ids) <= set(readable))
        for incident in incidents
        if incident.is_approved and concerns(incident, conversation.account_id, customer_text, label_names)
    ]


def concerns(incident: Incident, account: int, customer_text: str, label_names: Collection[str]) -> bool:
    """Whether somebody who wrote this, in a conversation with these labels, writes about an incident."""
    if account not in incident.account_ids:
        return False
    if incident.label is None and not incident.words:
        return True
    if incident.label is not None and incident.label.name in label_names:
        return True
    return concerns_words(incident, customer_text)


def concerns_words(incident: Incident, text: str) -> bool:
    """Whether a text holds one of an incident's words."""
    wanted = needles(incident.words)
    words = spaced(text) if wanted else ""
    return any(needle in words for needle in wanted)
