"""What X tells a webhook (X Activity API, event payloads): mentions, replies, own posts, direct messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.model import Event, Message
from sandbox.world import World
from sandbox.x.objects import direct_message_v1, everything, included, post_json, user_json

Row = tuple[str, str, str, dict[str, Any]]


def build(world: World, event: Event, base: str) -> Iterator[Row]:
    """(platform, account, kind, body) for each event an account of ours is told about."""
    message = event.message
    if message is None or message.platform != "x":
        return
    for account, type in _types(world, event.name, message):
        payload, includes = _payload(world, type, message, base)
        envelope = {
            "event_uuid": world.mint.snowflake(),
            "filter": {"user_id": account},
            "event_type": type,
            "tag": type,
            "payload": payload,
        }
        yield "x", account, "x", {"data": envelope | ({"includes": includes} if includes else {})}


def _types(world: World, name: str, message: Message) -> Iterator[tuple[str, str]]:
    own = message.sender if message.by_brand else None
    if message.kind == "dm":
        if name == "added" and message.account:
            yield message.account, "dm.sent" if own else "dm.received"
        return
    if name == "removed" and own:
        yield own, "post.delete"
    if name not in ("added", "edited"):
        return
    if own:
        yield own, "post.create"
    brands = [account.id for account in world.accounts("x") if account.id != message.sender]
    parent = world.message(message.parent) if message.parent else None
    quoted = world.message(str(message.extra.get("quoted") or ""))
    for brand in brands:
        user = world.user("x", brand)
        if user and brand in message.mentions and f"@{user.username.lower()}" in message.text.lower():
            yield brand, "post.mention.create"
        if parent and parent.sender == brand:
            yield brand, "post.reply.create"
        if quoted and quoted.sender == brand:
            yield brand, "post.quote.create"


def _payload(world: World, type: str, message: Message, base: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if type.startswith("dm."):
        users = [world.user("x", id) for id in (message.sender, message.to or "")]
        shown = {user.id: {"data": user_json(user, None, base)} for user in users if user}
        return {"direct_message_events": [direct_message_v1(world, message, base)], "users": shown}, {}
    if type == "post.delete":
        return {"id": message.id, "author_id": message.sender}, {}
    includes, _errors = included(world, [message], everything(), base)
    full = post_json(world, message, None, base)
    return full, includes | {"tweets": [full]}
