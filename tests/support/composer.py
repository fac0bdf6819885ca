"""What the composer sends."""

from __future__ import annotations

import uuid

from inbox.models import Conversation


def reply_form(conversation: Conversation, text: str = "We zoeken het uit.", **fields: object) -> dict[str, object]:
    newest = conversation.messages.order_by("-pk").values_list("pk", flat=True).first()
    return {"tab": "public", "text": text, "seen": newest, "code": str(uuid.uuid4()), "do": "send"} | fields


def reply_address(conversation: Conversation) -> str:
    return f"/inbox/{conversation.code}/reply/"
