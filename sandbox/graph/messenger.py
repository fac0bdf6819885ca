"""Messenger and Instagram messaging: conversations to read, and the Send API with its windows and limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.cdn import media_url, picture_url
from sandbox.choices import check_quick_replies
from sandbox.clock import iso_offset
from sandbox.file_kinds import INSTAGRAM, MESSENGER, mime_of
from sandbox.graph import errors
from sandbox.graph.context import Context, paged
from sandbox.graph.fields import Field, select
from sandbox.graph.nodes import PRIVATE_REPLY_WINDOW
from sandbox.model import Account, Chat, Media, Message, User

RESPONSE, HUMAN_AGENT = timedelta(hours=24), timedelta(days=7)
MAX_CHARS, MAX_BYTES, MAX_METADATA = 2000, 1000, 1000
READABLE = 20
GONE_TAGS = ("CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE")


# -- reading ---------------------------------------------------------------------------------------------------------
def conversations(context: Context, account: Account) -> dict[str, Any]:
    """GET /{page}/conversations?platform=&user_id= — last active first."""
    if context.param("platform", "messenger") == "instagram":
        account = context.instagram or account
    chats = context.world.chats(account.platform, account.id, context.param("user_id") or None)
    fields = context.fields()
    return paged(
        context, chats, lambda chat: select(conversation_node(context, chat), fields, ("id", "link", "updated_time")),
        usual=25, most=200,
    )  # fmt: skip


def conversation_node(context: Context, chat: Chat) -> dict[str, Any]:
    """One private conversation."""
    world = context.world
    user, brand = world.user(chat.platform, chat.user), world.user(chat.platform, chat.account)
    people = [_person(someone) for someone in (user, brand) if someone]
    readable = readable_messages(context, chat)
    since = chat.last_user_at
    return {
        "id": chat.id,
        "link": f"/{chat.account}/inbox/{chat.id}/",
        "updated_time": iso_offset(chat.updated_at or world.now()),
        "message_count": len(chat.messages),
        "unread_count": _unread(context, chat),
        "can_reply": since is not None and world.now() - since <= HUMAN_AGENT,
        "is_owner": True,
        "name": user.name if user else None,
        "snippet": readable[-1].text[:80] if readable else None,
        "participants": {"data": people},
        "senders": {"data": people},
        "messages": lambda field: messages_edge(context, chat, field),
    }


def _unread(context: Context, chat: Chat) -> int:
    count = 0
    for message in reversed(context.world.chat_messages(chat)):
        if message.by_brand:
            break
        count += 1
    return count


def _person(user: User) -> dict[str, Any]:
    if user.platform == "instagram":
        return {"username": user.username, "id": user.id}
    return {"name": user.name, "email": f"{user.id}@facebook.com", "id": user.id}


def readable_messages(context: Context, chat: Chat) -> list[Message]:
    """What was not unsent, oldest first."""
    return [message for message in context.world.chat_messages(chat) if not message.deleted]


def messages_edge(context: Context, chat: Chat, field: Field | None = None) -> dict[str, Any]:
    """The messages of a conversation, newest first; beyond the 20 newest only id and time are given."""
    found = list(reversed(readable_messages(context, chat)))
    near = {message.id for message in found[:READABLE]}
    fields = field.sub if field else context.fields()

    def show(message: Message) -> dict[str, Any]:
        node = message_node(context, message)
        if message.id not in near:
            node = {"id": message.id, "created_time": node["created_time"]}
        return select(node, fields, ("id", "created_time"))

    return paged(context, found, show, path=f"{chat.id}/messages", nested=field)


def message(context: Context, found: Message) -> dict[str, Any]:
    """GET /{mid} — only the 20 newest of a conversation are readable."""
    chat = context.world.chat(found.thread)
    if chat is None or found not in readable_messages(context, chat)[-READABLE:]:
        raise errors.GraphError(100, "(#100) This message was deleted or is no longer available", 33)
    return select(message_node(context, found), context.fields(), ("id", "created_time"))


def message_node(context: Context, found: Message) -> dict[str, Any]:
    """One private message."""
    world = context.world
    sender, receiver = world.user(found.platform, found.sender), world.user(found.platform, found.to or "")
    story = found.extra.get("story")
    if found.kind == "story_mention":
        url = media_url(world, context.base, found.media[0]) if found.media else None
        story = {"mention": {"link": url, "id": found.id}}
    files = [_attachment(context, item) for item in found.media] if found.kind != "story_mention" else []
    sticker = next((item for item in found.media if item.type == "sticker"), None)
    reactions = [
        {"reaction": emoji, "users": [{"id": user}]} for user, emoji in found.reactions.items()
    ]  # Conversations API reference, message
    return {
        "id": found.id,
        "created_time": iso_offset(found.at),
        "from": _person(sender) if sender else None,
        "to": {"data": [_person(receiver)]} if receiver else None,
        "message": found.text,
        "attachments": {"data": files} if files else None,
        "reply_to": {"mid": found.parent} if found.parent else None,
        "reactions": {"data": reactions} if reactions else None,
        "sticker": media_url(world, context.base, sticker) if sticker else None,
        "story": story,
        "is_unsupported": bool(found.extra.get("unsupported")) or None,
        "tags": {"data": [{"name": "inbox"}]},
    }


def _attachment(context: Context, item: Media) -> dict[str, Any]:
    url = media_url(context.world, context.base, item)
    shown: dict[str, Any] = {"id": item.id, "mime_type": item.mime, "name": item.filename, "size": item.size}
    if item.type in ("image", "sticker"):
        shown["image_data"] = {"width": 640, "height": 480, "url": url, "preview_url": url}
    elif item.type == "video":
        shown["video_data"] = {"url": url, "preview_url": url}
    else:
        shown["file_url"] = url
    return shown


def profile(context: Context, user: User) -> dict[str, Any]:
    """GET /{PSID|IGSID} — Instagram needs the person to have written to us."""
    owner = context.instagram if user.platform == "instagram" else context.account
    chat = context.world.chat_between(user.platform, owner.id, user.id) if owner else None
    if user.platform == "instagram" and (chat is None or chat.last_user_at is None):
        raise errors.GraphError(230, "(#230) User consent is required to access user profile")
    first, _, last = user.name.partition(" ")
    node: dict[str, Any] = {
        "id": user.id,
        "name": user.name,
        "first_name": first,
        "last_name": last,
        "username": user.username if user.platform == "instagram" else None,
        "profile_pic": picture_url(context.base, user.platform, user.id),
    }
    if user.platform == "instagram":
        node |= {
            "follower_count": user.profile["followers"],
            "is_verified_user": user.profile["verified"],
            "is_user_follow_business": user.profile["followers"] % 2 == 0,
            "is_business_follow_user": False,
        }
    return select(node, context.fields(), ("first_name", "last_name", "profile_pic", "name"))


# -- sending ---------------------------------------------------------------------------------------------------------
def send(context: Context, account: Account) -> dict[str, Any]:
    """POST /{page}/messages (or /me/messages): Messenger, Instagram direct, and private replies to comments."""
    recipient = context.nested("recipient")
    if not isinstance(recipient, dict):
        raise errors.parameter("The parameter recipient is required")
    for key in ("comment_id", "post_id"):
        if recipient.get(key):
            return _private_reply(context, str(recipient[key]))
    user, account = _receiver(context, account, str(recipient.get("id") or ""))
    action = context.param("sender_action")
    if action:
        if action == "mark_seen":
            chat = context.world.chat_between(account.platform, account.id, user.id)
            context.world.mark_read(chat.id if chat else "", account.id)
        return {"recipient_id": user.id}
    if user.id in context.world.blocked_by(account):
        raise errors.GraphError(551, "(#551) This person isn't available right now.", 1545041)
    text, files, metadata = _content(context, account.platform)
    body = context.nested("message")
    choices = check_quick_replies(body.get("quick_replies") if isinstance(body, dict) else None)
    _check_window(context, account, user)
    reply_to = context.nested("reply_to")
    sent = context.world.say(
        account.platform,
        "message",
        account.id,
        text,
        to=user.id,
        in_reply_to=reply_to.get("mid") if isinstance(reply_to, dict) else None,
        media=files,
        via_api=True,
        metadata=metadata,
        extra=({"tag": context.param("tag")} if context.param("tag") else {})
        | ({"quick_replies": choices} if choices else {}),
    )
    return {"recipient_id": user.id, "message_id": sent.id}


def _receiver(context: Context, page: Account, id: str) -> tuple[User, Account]:
    """The person written to, and the account of ours that they know."""
    linked = context.instagram
    if page.platform == "instagram" or (linked and context.world.chat_between("instagram", linked.id, id)):
        account = linked or page
    else:
        account = page
    user = context.world.user(account.platform, id) if id else None
    if user is None and linked and (other := context.world.user("instagram", id)):
        user, account = other, linked
    if user is None or user.is_brand or user.id != id:
        instagram = account.platform == "instagram"
        raise errors.GraphError(100, "(#100) No matching user found", 2534014 if instagram else 2018001)
    return user, account


def _content(context: Context, platform: str) -> tuple[str, list[Media], str | None]:
    body = context.nested("message")
    if not isinstance(body, dict):
        raise errors.parameter("The parameter message is required and must be an object")
    text = str(body.get("text") or "")
    if platform == "instagram" and len(text.encode()) > MAX_BYTES:
        raise errors.parameter("Length of param message[text] must be less than or equal to 1000 bytes", 2534037)
    if len(text) > MAX_CHARS:
        raise errors.parameter(f"Length of param message[text] must be less than or equal to {MAX_CHARS}", 2018002)
    metadata = body.get("metadata")
    if metadata is not None and len(str(metadata)) > MAX_METADATA:
        raise errors.parameter(f"Length of param message[metadata] must be less than or equal to {MAX_METADATA}")
    listed = body.get("attachments") or ([body["attachment"]] if body.get("attachment") else [])
    files = [_file(context, platform, dict(item)) for item in (listed if isinstance(listed, list) else [listed])]
    if not text and not files:
        raise errors.parameter("Must provide text or attachment", 2018005)
    return text, files, str(metadata) if metadata is not None else None


def _file(context: Context, platform: str, item: dict[str, Any]) -> Media:
    payload = item.get("payload") or {}
    kind = {"file": "document"}.get(str(item.get("type")), str(item.get("type")))
    if payload.get("attachment_id"):
        known = context.world.media(str(payload["attachment_id"]))
        if known is None:
            raise errors.parameter("Invalid attachment_id", 2018074)
        return known
    if payload.get("url"):
        mime = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/mpeg"}.get(
            kind, "application/octet-stream"
        )
        return context.world.add_media(b"", mime, type=kind, url=str(payload["url"]))
    upload = context.call.files.get("filedata")
    if upload is None:
        raise errors.parameter("The attachment needs a url, an attachment_id or filedata", 2018008)
    if len(upload.content) > 25 * 1024 * 1024:
        raise errors.parameter("Attachment size exceeds allowable limit")
    mime = mime_of(upload.content, upload.mime)
    if mime not in (INSTAGRAM if platform == "instagram" else MESSENGER).get(kind, (mime,)):
        raise errors.parameter("Upload attachment failure.", 2018047)
    return context.world.add_media(upload.content, mime, upload.filename, kind)


def _check_window(context: Context, account: Account, user: User) -> None:
    tag = context.param("tag")
    if tag in GONE_TAGS or (tag and tag != "HUMAN_AGENT"):
        raise errors.parameter(f"Param tag must be one of HUMAN_AGENT; {tag} is no longer supported")
    chat = context.world.chat_between(account.platform, account.id, user.id)
    since = chat.last_user_at if chat else None
    window = HUMAN_AGENT if tag == "HUMAN_AGENT" else RESPONSE
    if since is None or context.world.now() - since > window:
        raise errors.window_closed(account.platform)


def _private_reply(context: Context, id: str) -> dict[str, Any]:
    """Once per comment, within 7 days, not to pages; it does not open the 24 hours."""
    target = context.message(id, "post")
    account = context.world.account(target.platform, target.account or "")
    if account is None or target.by_brand:
        raise errors.parameter("A private reply goes to somebody else's comment")
    if target.extra.get("private_reply"):
        raise errors.GraphError(10900, "(#10900) Activity already replied to")
    if context.world.now() - target.at > PRIVATE_REPLY_WINDOW:
        raise errors.window_closed(target.platform)
    text, files, metadata = _content(context, target.platform)
    sent = context.world.say(
        target.platform,
        "message",
        account.id,
        text,
        to=target.sender,
        media=files,
        via_api=True,
        metadata=metadata,
        extra={"private_reply_to": target.id},
    )
    target.extra["private_reply"] = sent.id
    context.world.save(target)
    return {"recipient_id": target.sender, "message_id": sent.id}
