"""Whom an answer in a chat reaches: the widget, a mailbox, or both.

A nameless visitor may have left somebody else's address, and a browser may be another person's by now. So what came in
by mail is never told a nameless widget, and neither is what answers it: that goes by mail alone, until somebody writes
in the widget again. Whom the site's signed word names is one person in both places.
"""

from __future__ import annotations

from channels.models import ChatMessage, ChatSite, ChatVisitor
from channels.models.chat import BY_MAIL
from channels.types import Reach


def reach_of(visitor: ChatVisitor, site: ChatSite | None) -> Reach:
    """Return what becomes of an answer to a visitor that is given now."""
    mails = site is not None and site.sender is not None
    if not visitor.user_id:
        said = ChatMessage.objects.filter(visitor=visitor, is_ours=False)
        newest = said.order_by("-at", "-pk").values_list("told", flat=True).first()
        if newest and BY_MAIL in newest:
            return Reach.MAIL_ALONE if mails else Reach.UNREACHABLE
        if said.filter(told__has_key=BY_MAIL).exists():
            return Reach.IN_DOUBT
    if "@" not in visitor.email:
        return Reach.NO_ADDRESS
    return Reach.MAIL_TOO if mails else Reach.NO_MAILBOX
