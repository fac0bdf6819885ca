"""A chat on a site, and somebody who visits it: their browser asks as the widget does."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from channels.accounts import connecting
from channels.intake import chats
from channels.models import Account, ChatSite
from channels.types import Route
from inbox.models import Message
from inbox.outbox import deliver, queue

_USUAL: dict[str, Any] = {"reply_to": None, "seen_message_id": None, "undo_seconds": 0}
SHOP = "https://shop.example"


def make_chat(name: str = "Veldhuis Wonen", origin: str = SHOP, **fields: Any) -> Account:
    """Return a connected chat account, as an admin connects it."""
    account = connecting.connect("livechat", {"name": name, "origin": origin}, by=None)
    if fields:
        ChatSite.objects.filter(account=account).update(**fields)
    return account


@dataclass
class Visitor:
    """Somebody at a page of the shop."""

    account: Account
    origin: str = SHOP
    key: str = ""
    client: Client = field(default_factory=Client)

    def ask(self, path: str = "", body: Any = None, kind: str = "application/json", **headers: str) -> Any:
        """Ask at one of the chat's doors; with a body, of a kind, it is a POST."""
        address = f"/chat/{self.account.code}/{path}"
        told = {"Origin": self.origin} | ({"Authorization": f"Bearer {self.key}"} if self.key else {}) | headers
        if body is None:
            return self.client.get(address, headers=told)
        return self.client.post(address, body, content_type=kind, headers=told)

    def begin(self, **said: Any) -> Visitor:
        """Get a key."""
        self.key = self.ask("begin/", {"language": "nl"} | said).json()["key"]
        return self

    def write(self, text: str = "Past deze bank door een deur van 78 cm?", **said: Any) -> Any:
        """Write a message and return the answer."""
        if not self.key:
            self.begin()
        return self.ask("send/", {"id": str(uuid.uuid4()), "text": text} | said)

    def messages(self, **query: str) -> list[dict[str, Any]]:
        """Return what the widget is told."""
        return list(self.standing(**query)["messages"])

    def standing(self, **query: str) -> dict[str, Any]:
        """Return all that the widget is told."""
        address = f"/chat/{self.account.code}/messages/"
        told = {"Origin": self.origin, "Authorization": f"Bearer {self.key}"}
        answer: dict[str, Any] = self.client.get(address, query, headers=told).json()
        return answer


def take_in(account: Account) -> list[Message]:
    """Let what was written come in; return the customers' messages, oldest first."""
    chats.take_in(account.pk)
    rows = Message.objects.filter(account=account, direction=Message.Direction.INBOUND)
    return list(rows.select_related("conversation", "identity").order_by("sent_at", "pk"))


def answer(message: Message, text: str, by: Any, *, meanwhile: Any = None, **more: Any) -> Message:
    """Answer a visitor's message as an agent does, and let it leave after what happens meanwhile."""
    assert message.conversation is not None
    row = queue.queue_reply(message.conversation, by, text=text, route=Route.PRIVATE_MESSAGE, **{**_USUAL, **more})
    if meanwhile is not None:
        meanwhile()
    Message.objects.filter(pk=row.pk).update(send_after=None)
    deliver.deliver(row.pk)
    row.refresh_from_db()
    return row
