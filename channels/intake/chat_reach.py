"""Tells the composer whom an answer in a chat reaches (channels/livechat/reach.py)."""

from __future__ import annotations

from channels.livechat.reach import reach_of
from channels.models import Account, ChatSite, ChatVisitor
from channels.types import Reach
from inbox.composer import reach


def of_visitor(account: Account, external_id: str) -> Reach | None:
    """Return what becomes of an answer to a visitor; None for one that was forgotten."""
    visitor = ChatVisitor.objects.filter(external_id=external_id, account=account).first()
    site = ChatSite.objects.filter(account=account).select_related("mail_from").first()
    return reach_of(visitor, site) if visitor else None


def register() -> None:
    """Have chats asked."""
    reach.register("livechat", of_visitor)
