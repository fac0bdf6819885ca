"""Direct messages on X: 30 days of events without since_id, and sending with one attachment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.model import Message, WorldError
from sandbox.store import chat_id
from sandbox.web import Call, Reply
from sandbox.world import World
from sandbox.x import errors
from sandbox.x.auth import Caller
from sandbox.x.objects import Wanted, dm_json, included
from sandbox.x.posts import make_token

REACH = timedelta(days=30)
MAX_LENGTH = 10_000


def events(world: World, caller: Caller, call: Call) -> Reply:
    """GET /2/dm_events — every conversation of the user."""
    chats = world.chats("x", caller.user_id)
    return _page(world, call, [id for chat in chats for id in chat.messages])


def events_with(world: World, caller: Caller, call: Call, user: str) -> Reply:
    """GET /2/dm_conversations/with/:participant_id/dm_events."""
    return events_of(world, caller, call, chat_id("x", caller.user_id, user))


def events_of(world: World, caller: Caller, call: Call, conversation: str) -> Reply:
    """GET /2/dm_conversations/:id/dm_events."""
    chat = world.chat(conversation)
    return _page(world, call, chat.messages if chat and chat.account == caller.user_id else [])


def _page(world: World, call: Call, ids: list[str]) -> Reply:
    params = call.params
    size = params.get("max_results", "100")
    if not size.isdigit() or not 1 <= int(size) <= 100:
        return errors.invalid(
            "max_results", size, f"The `max_results` query parameter value [{size}] is not between 1 and 100"
        )
    if "MessageCreate" not in params.get("event_types", "MessageCreate"):
        return Reply(200, {"meta": {"result_count": 0}})
    since = world.now() - REACH
    found = [m for m in (world.message(id) for id in ids) if m and not m.deleted and m.at >= since]
    found.sort(key=lambda m: int(m.id), reverse=True)
    token = params.get("pagination_token")
    start = 0
    if token:
        start = next((index + 1 for index, m in enumerate(found) if make_token(int(m.id)) == token), len(found))
    shown = found[start : start + int(size)]
    meta: dict[str, Any] = {"result_count": len(shown)}
    if not shown:
        return Reply(200, {"meta": meta})
    if start + int(size) < len(found):
        meta["next_token"] = make_token(int(shown[-1].id))
    asked_fields = Wanted.of(params)
    includes, _gone = included(world, shown, asked_fields, call.base)
    body: dict[str, Any] = {"data": [dm_json(world, message, asked_fields.dm) for message in shown]}
    if includes:
        body["includes"] = includes
    return Reply(200, body | {"meta": meta})


def send_to(world: World, caller: Caller, call: Call, user: str) -> Reply:
    """POST /2/dm_conversations/with/:participant_id/messages → 201."""
    other = world.user("x", user)
    if other is None:
        return errors.problem(404, "Not Found", f"Could not find user with id: [{user}].", "resource-not-found")
    if not other.profile["receives_dm"]:
        return errors.forbidden("You do not have permission to DM one or more participants.")
    text = str(call.body.get("text") or "")
    attachments = call.body.get("attachments") or []
    attachments = attachments if isinstance(attachments, list) else [attachments]
    files = [item for item in (world.media(str(a.get("media_id"))) for a in attachments) if item]
    if len(files) != len(attachments) or len(files) > 1:
        return errors.invalid("attachments", attachments, "one attachment with a valid media_id")
    if not text and not files:
        return errors.invalid("text", text, "Requires text or attachments")
    if len(text) > MAX_LENGTH:
        return errors.invalid("text", text[:40], f"size must be between 1 and {MAX_LENGTH}")
    try:
        sent: Message = world.say("x", "dm", caller.user_id, text, to=other.id, media=files, via_api=True)
    except WorldError as error:
        return errors.forbidden(str(error))
    return Reply(201, {"data": {"dm_conversation_id": sent.thread, "dm_event_id": sent.id}})


def send_in(world: World, caller: Caller, call: Call, conversation: str) -> Reply:
    """POST /2/dm_conversations/:id/messages → 201."""
    other = next((id for id in conversation.split("-") if id != caller.user_id), "")
    return send_to(world, caller, call, other)


def delete(world: World, caller: Caller, call: Call, id: str) -> Reply:
    """DELETE /2/dm_events/:id — own messages only."""
    message = world.message(id)
    if message is None or message.deleted or message.sender != caller.user_id:
        return errors.forbidden("You cannot delete this event.")
    world.remove(id)
    return Reply(200, {"data": {"deleted": True}})


def block(world: World, caller: Caller, call: Call, user: str) -> Reply:
    """POST /2/users/:id/dm/block: their private messages no longer come in."""
    return _block(world, caller, user, True)


def unblock(world: World, caller: Caller, call: Call, user: str) -> Reply:
    """POST /2/users/:id/dm/unblock."""
    return _block(world, caller, user, False)


def _block(world: World, caller: Caller, user: str, blocked: bool) -> Reply:
    other = world.user("x", user)
    if other is None or caller.account is None:
        return errors.problem(404, "Not Found", f"Could not find user with id: [{user}].", "resource-not-found")
    world.block(caller.account, other, blocked)
    return Reply(200, {"data": {"blocked": blocked}})
