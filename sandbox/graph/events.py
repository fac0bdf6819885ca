"""What Meta tells a webhook: page feed, Instagram comments and mentions, private messages, WhatsApp."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox import registry
from sandbox.cdn import media_url, picture_url
from sandbox.clock import millis, seconds
from sandbox.graph import whatsapp_events
from sandbox.graph.nodes import permalink
from sandbox.model import Account, Event, Message
from sandbox.world import World

Row = tuple[str, str, str, dict[str, Any]]
KINDS = {"image": "image", "video": "video", "audio": "audio", "sticker": "sticker"}


def build(world: World, event: Event, base: str) -> Iterator[Row]:
    """(platform, account, kind, body) for what an account that is subscribed is told about."""
    message = event.message
    account = world.account(message.platform, message.account) if message and message.account else None
    if message is None or account is None or account.subscribed == []:
        return
    if message.platform == "whatsapp":
        for value in whatsapp_events.values(world, event, account, base):
            waba: dict[str, Any] = {"id": account.credentials["waba_id"], "changes": [value]}
            yield "whatsapp", account.id, "whatsapp", {"object": "whatsapp_business_account", "entry": [waba]}
        return
    if message.to is not None:
        field, item = _messaging(world, event, message, account, base)
        if item and (account.subscribed is None or field in account.subscribed):
            entry: dict[str, Any] = {"id": account.id, "time": millis(world.now()), "messaging": [item]}
            yield message.platform, account.id, "messaging", {"object": _object(account), "entry": [entry]}
        return
    change = _feed(world, event, message, base) if message.platform == "facebook" else _instagram(world, event, message)
    if change and (account.subscribed is None or change["field"] in account.subscribed):
        entry = {"id": account.id, "time": seconds(world.now()), "changes": [change]}
        yield message.platform, account.id, "feed", {"object": _object(account), "entry": [entry]}


def _object(account: Account) -> str:
    return "instagram" if account.platform == "instagram" else "page"


# -- Facebook --------------------------------------------------------------------------------------------------------
def _feed(world: World, event: Event, message: Message, base: str) -> dict[str, Any] | None:
    verbs = {"added": "add", "edited": "edited", "removed": "remove", "hidden": "hide", "unhidden": "unhide"}
    is_comment = message.id != message.thread
    if event.name in ("liked", "unliked"):
        return {"field": "feed", "value": _reaction(world, event, message, is_comment)}
    if event.name not in verbs:
        return None
    value = _post_fields(message) | {"verb": verbs[event.name]}
    value["item"] = "comment" if is_comment else "photo" if message.media else "status" if message.by_brand else "post"
    value["from"] = _from(world, message)
    if is_comment:
        value |= {"comment_id": message.id, "parent_id": message.parent, "post": _post(world, message)}
    if event.name != "removed":
        value["message"] = message.text
        if message.media:
            value["photo" if is_comment else "link"] = media_url(world, base, message.media[0])
    field = "mention" if message.kind == "tagged_post" else "feed"
    return {"field": field, "value": {key: item for key, item in value.items() if item is not None}}


def _post_fields(message: Message) -> dict[str, Any]:
    return {"post_id": message.thread, "created_time": seconds(message.at)}


def _post(world: World, message: Message) -> dict[str, Any] | None:
    root = world.message(message.thread)
    if root is None:
        return None
    return {
        "id": root.id,
        "permalink_url": permalink(root),
        "status_type": "added_photos" if root.media else "mobile_status_update",
        "is_published": True,
        "updated_time": message.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
        "promotion_status": "inactive",
    }


def _from(world: World, message: Message) -> dict[str, str] | None:
    user = world.user(message.platform, message.sender)
    return {"id": user.id, "name": user.name} if user and not message.extra.get("anonymous") else None


def _reaction(world: World, event: Event, message: Message, is_comment: bool) -> dict[str, Any]:
    user = world.user("facebook", event.actor or "")
    value = _post_fields(message) | {
        "item": "reaction",
        "verb": "add" if event.name == "liked" else "remove",
        "reaction_type": "like",
        "parent_id": message.parent or message.thread,
        "created_time": seconds(world.now()),
    }
    if user:
        value["from"] = {"id": user.id, "name": user.name}
    if is_comment:
        value["comment_id"] = message.id
    return value


# -- Instagram -------------------------------------------------------------------------------------------------------
def _instagram(world: World, event: Event, message: Message) -> dict[str, Any] | None:
    """Only what is new: no event tells of edits, removals or hiding."""
    if event.name != "added":
        return None
    if message.kind == "comment":
        user = world.user("instagram", message.sender)
        value: dict[str, Any] = {
            "id": message.id,
            "from": {"id": message.sender, "username": user.username if user else ""},
            "text": message.text,
            "media": {"id": message.thread, "media_product_type": "FEED"},
        }
        if message.parent and message.parent != message.thread:
            value["parent_id"] = message.parent
        return {"field": "comments", "value": value}
    if message.kind == "mention":
        value = {"media_id": message.thread} | ({"comment_id": message.id} if message.parent else {})
        return {"field": "mentions", "value": value}
    return None


# -- private messages ------------------------------------------------------------------------------------------------
def _messaging(
    world: World, event: Event, message: Message, account: Account, base: str
) -> tuple[str, dict[str, Any] | None]:
    """The subscription field it falls under, and the messaging item."""
    instagram = message.platform == "instagram"
    customer = message.to if message.by_brand else message.sender
    item: dict[str, Any] = {
        "sender": {"id": customer},
        "recipient": {"id": account.id},
        "timestamp": millis(world.now() if event.name != "added" else message.at),
    }
    if event.name == "added":
        if message.by_brand:
            item |= {"sender": {"id": account.id}, "recipient": {"id": customer}}
        field = "message_echoes" if message.by_brand and not instagram else "messages"
        return field, item | {"message": _content(world, message, base)}
    if event.name == "removed" and instagram and not message.by_brand:
        return "messages", item | {"message": {"mid": message.id, "is_deleted": True}}
    if event.name == "edited" and not message.by_brand:
        edit = {"mid": message.id, "text": message.text, "num_edit": len(message.edits)}
        return "message_edits", item | {"message_edit": edit}
    if event.name == "reacted" and event.actor == customer:
        return "message_reactions", item | {"reaction": _emoji(event, message, customer)}
    status = event.detail.get("status")
    if event.name == "status" and status == "delivered" and not instagram:
        delivery = {"mids": [message.id], "watermark": millis(event.detail.get("at") or world.now())}
        return "message_deliveries", item | {"delivery": delivery}
    if (event.name == "status" and status == "read") or (event.name == "read" and event.actor == customer):
        read = {"mid": message.id} if instagram else {"watermark": millis(event.detail.get("at") or world.now())}
        return "message_reads", item | {"read": read}
    return "", None


def _emoji(event: Event, message: Message, customer: str | None) -> dict[str, Any]:
    emoji = event.detail.get("emoji")
    if not emoji:
        return {"mid": message.id, "action": "unreact"}
    names = {"❤️": "love", "❤": "love", "👍": "like", "😆": "smile", "😮": "wow", "😢": "sad", "😠": "angry"}
    return {"mid": message.id, "action": "react", "reaction": names.get(str(emoji), "other"), "emoji": emoji}


def _content(world: World, message: Message, base: str) -> dict[str, Any]:
    content: dict[str, Any] = {"mid": message.id}
    if message.by_brand:
        app = registry.META_APP_ID if message.via_api else registry.PAGE_INBOX_APP_ID
        content |= {"is_echo": True, "app_id": int(app)}
        if message.metadata is not None and message.via_api:
            content["metadata"] = message.metadata
    if message.extra.get("unsupported"):
        return content | {"is_unsupported": True}
    if message.text:
        content["text"] = message.text
    if message.kind == "story_mention":
        url = media_url(world, base, message.media[0]) if message.media else picture_url(base, "media", message.id)
        content["attachments"] = [{"type": "story_mention", "payload": {"url": url}}]
    elif message.media:
        content["attachments"] = [
            {"type": KINDS.get(item.type, "file"), "payload": {"url": media_url(world, base, item)}}
            for item in message.media
        ]
    if message.extra.get("product"):
        payload = {"product": {"elements": [message.extra["product"]]}}
        content["attachments"] = [{"type": "template", "payload": payload}]
    if message.extra.get("quick_reply"):
        content["quick_reply"] = message.extra["quick_reply"]
    if message.parent:
        content["reply_to"] = {"mid": message.parent}
    elif message.extra.get("story"):
        content["reply_to"] = {"story": message.extra["story"]}
    if message.extra.get("referral"):
        content["referral"] = message.extra["referral"]
    return content
