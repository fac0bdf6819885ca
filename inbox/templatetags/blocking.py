"""What pages say about blocked people, and whether the reader may do it."""

from __future__ import annotations

from typing import Any

from django import template

from inbox.actions.blocking import BlockOffer, offer_for, reason_text

register = template.Library()
register.filter("block_reason", reason_text)


@register.simple_tag
def block_offer(conversation: Any, user: Any) -> BlockOffer | None:
    """What blocking this person would do; None for who may not."""
    return offer_for(conversation, user)
