"""A visitor's side of being there: what the widget tells goes to the agents' pages, and is gone within seconds."""

from __future__ import annotations

from collections.abc import Collection

from channels.models import ChatVisitor
from inbox.live import announce, customers
from inbox.models import Conversation


def note(visitor: ChatVisitor, *, typing: bool, page: str, title: str) -> None:
    """Note that a visitor is there, and whether they type."""
    if customers.note(visitor.external_id, typing=typing, page=page, title=title):
        tell([visitor.external_id])


def leave(external_id: str) -> None:
    """Note that a visitor closed the page."""
    customers.leave(external_id)
    tell([external_id])


def tell(external_ids: Collection[str]) -> None:
    """Tell open pages of agents that something is otherwise about these visitors."""
    rows = list(
        Conversation.objects.open()
        .filter(
            identity__platform="livechat",
            identity__scope__in=ChatVisitor.objects.filter(external_id__in=external_ids).values("account__external_id"),
            identity__external_id__in=external_ids,
        )
        .only("code", "account", "team")
    )
    if rows:
        announce.publish_customer(rows)
