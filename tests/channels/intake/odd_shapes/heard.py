"""What clients recorded, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from channels.models import Delivery, UnreadItem
from inbox.models import Message

SECRET = "an-app-secret"  # noqa: S105  made up
CASES = json.loads((Path(__file__).parents[3] / "support" / "payloads" / "odd_shapes.json").read_text())
WABA, NUMBER, PAGE, INSTAGRAM = "102290000000301", "106500000000302", "103100000000303", "178400000000304"
Hear = Callable[..., None]
Read = Callable[..., str]


def said(name: str) -> Message:
    """Return the message of a case."""
    return Message.objects.get(external_id=name)


def with_earlier(value: Any) -> None:
    """Make a case the message that others are about."""
    item = value["messages"][0]
    item |= {"id": "wamid.EARLIER", "timestamp": "1794999000", "type": "text", "text": {"body": "De groene?"}}
    for name in ("context", "group_id"):
        item.pop(name, None)


def withdrawn(value: Any) -> None:
    """Make a case the withdrawal of its message."""
    item = {name: value["messages"][0][name] for name in ("from", "group_id") if name in value["messages"][0]}
    item |= {"id": "wamid.R", "timestamp": "1795000100", "type": "revoke"}
    value["messages"][0] = item | {"revoke": {"original_message_id": "wamid.CASE"}}


def kept_bodies() -> str:
    """Return everything that was kept of what came in."""
    bodies = [bytes(body).decode() for body in Delivery.objects.values_list("body", flat=True)]
    return "".join([*bodies, json.dumps(list(UnreadItem.objects.values_list("body", flat=True)))])
