"""WhatsApp's webhook values: messages of every type, edits, withdrawals, statuses, and what the app on a phone sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sandbox.cdn import media_url
from sandbox.clock import seconds
from sandbox.graph.errors import WHATSAPP
from sandbox.ids import digits
from sandbox.model import Account, Event, Message, User
from sandbox.world import World

MEDIA = ("image", "video", "audio", "document", "sticker")
ERROR_HELP = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"


def values(world: World, event: Event, account: Account, base: str) -> Iterator[dict[str, Any]]:
    """The `changes` items of one event."""
    message = event.message
    if message is None:
        return
    customer = world.user("whatsapp", (message.to if message.by_brand else message.sender) or "")
    if customer is None:
        return
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": account.extra["display_phone_number"], "phone_number_id": account.id},
    }
    if event.name == "status":
        yield {"field": "messages", "value": value | {"statuses": [_status(world, event, message, customer)]}}
    elif event.name in ("added", "edited", "removed") and not message.by_brand:
        body = _inbound(world, event, message, customer, base)
        yield {"field": "messages", "value": value | {"contacts": [_contact(customer)], "messages": [body]}}
    elif event.name == "added" and not message.via_api:
        echo = _content(world, message, base) | {
            "from": account.extra["display_phone_number"],
            "to": customer.phone or customer.bsuid,
            "id": message.id,
            "timestamp": str(seconds(message.at)),
        }
        yield {"field": "smb_message_echoes", "value": value | {"message_echoes": [echo]}}


def _contact(user: User) -> dict[str, Any]:
    profile = {"name": user.name} | ({"username": user.username} if user.username else {})
    contact: dict[str, Any] = {"profile": profile, "user_id": user.bsuid}
    return contact | ({"wa_id": user.phone} if user.phone else {})


def _inbound(world: World, event: Event, message: Message, customer: User, base: str) -> dict[str, Any]:
    body: dict[str, Any] = {"id": message.id, "timestamp": str(seconds(message.at)), "from_user_id": customer.bsuid}
    if customer.phone:
        body["from"] = customer.phone
    if event.name == "added":
        return body | _content(world, message, base)
    body |= {"id": f"{message.id}.{event.name}{len(message.edits)}", "timestamp": str(seconds(world.now()))}
    if event.name == "removed":
        return body | {"type": "revoke", "revoke": {"original_message_id": message.id}}
    new = _content(world, message, base)
    return body | {"type": "edit", "edit": {"original_message_id": message.id, "message": new}}


def _content(world: World, message: Message, base: str) -> dict[str, Any]:
    """`type` and the object of that type."""
    kind, extra = message.kind, message.extra
    body: dict[str, Any] = {"type": kind}
    if kind == "text":
        body["text"] = {"body": message.text}
    elif kind in MEDIA:
        body |= _media(world, message, base)
    elif kind == "reaction":
        return body | {"reaction": {"message_id": message.parent} | ({"emoji": message.text} if message.text else {})}
    elif kind == "location":
        usual = {"latitude": 52.3791, "longitude": 4.9003, "name": message.text or "Amsterdam Centraal"}
        body["location"] = extra.get("location") or usual
    elif kind == "contacts":
        usual_card = {"name": {"formatted_name": message.text or "Jan Jansen"}, "phones": [{"phone": "+31612345678"}]}
        body["contacts"] = extra.get("contacts") or [usual_card]
    elif kind == "button":
        body["button"] = extra.get("button") or {"text": message.text, "payload": extra.get("payload", message.text)}
    elif kind == "interactive":
        reply = {"type": "button_reply", "button_reply": {"id": "1", "title": message.text}}
        body["interactive"] = extra.get("interactive") or reply
    elif kind == "order":
        item = {"product_retailer_id": "lamp-1", "quantity": 1, "item_price": 24.95, "currency": "EUR"}
        body["order"] = extra.get("order") or {"catalog_id": "1", "text": message.text, "product_items": [item]}
    elif kind == "system":
        body["system"] = extra.get("system") or {"body": message.text, "type": "user_changed_number"}
    elif kind == "template":
        body |= {"type": "text", "text": {"body": message.text}}
    else:
        title, details = WHATSAPP[131051]
        body["errors"] = [{"code": 131051, "title": title, "message": title, "error_data": {"details": details}}]
    if message.parent:
        parent = world.message(message.parent)
        sender = world.user("whatsapp", parent.sender) if parent else None
        body["context"] = {"id": message.parent} | ({"from": sender.phone} if sender and sender.phone else {})
    if extra.get("forwarded"):
        body["context"] = body.get("context", {}) | {"forwarded": True}
    if extra.get("referred_product"):
        body["context"] = body.get("context", {}) | {"referred_product": extra["referred_product"]}
    if extra.get("lost"):
        title, details = WHATSAPP[int(extra["lost"])]
        body.pop(kind, None)
        body["errors"] = [{"code": int(extra["lost"]), "title": title, "error_data": {"details": details}}]
    return body | {name: extra[name] for name in ("referral", "group_id") if extra.get(name)}


def _media(world: World, message: Message, base: str) -> dict[str, Any]:
    if not message.media:
        return {"type": "unsupported"}
    item = message.media[0]
    inner: dict[str, Any] = {"id": item.id, "mime_type": item.mime, "sha256": item.sha256}
    inner["url"] = media_url(world, base, item, timedelta(minutes=5), bearer=True)
    if message.text:
        inner["caption"] = message.text
    if message.kind == "document":
        inner["filename"] = item.filename
    if message.kind == "audio":
        inner["voice"] = bool(message.extra.get("voice", True))
    if message.kind == "sticker":
        inner["animated"] = False
    return {message.kind: inner}


def _status(world: World, event: Event, message: Message, customer: User) -> dict[str, Any]:
    status = event.detail["status"]
    row: dict[str, Any] = {
        "id": message.id,
        "status": status,
        "timestamp": str(seconds(event.detail.get("at") or world.now())),
        "recipient_user_id": customer.bsuid,
    }
    if customer.phone:
        row["recipient_id"] = customer.phone
    if message.metadata is not None:
        row["biz_opaque_callback_data"] = message.metadata
    if status == "failed":
        code = int(event.detail.get("code") or 131026)
        title, details = WHATSAPP[code]
        row["errors"] = [
            {"code": code, "title": title, "message": title, "error_data": {"details": details}, "href": ERROR_HELP}
        ]
        return row
    kind = "utility" if message.kind == "template" else "service"
    row["conversation"] = {"id": digits("conversation", message.thread, length=32), "origin": {"type": kind}}
    row["pricing"] = {"billable": kind != "service", "pricing_model": "PMP", "category": kind}
    return row
