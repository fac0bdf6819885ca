"""Blocking people: a page's blocked list, Instagram's moderated conversations, and WhatsApp's block list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.graph import errors
from sandbox.graph.context import Context
from sandbox.model import Account, User

RECENT = timedelta(hours=24)


def page(context: Context, account: Account, verb: str) -> dict[str, Any]:
    """GET, POST and DELETE /{page}/blocked with `user` (one id or several)."""
    if verb == "GET":
        return {"data": [_shown(context, account, id) for id in context.world.blocked_by(account)]}
    asked = context.nested("user")
    ids = [str(user) for user in (asked if isinstance(asked, list) else [asked]) if user]
    users = [_person(context, account, id) for id in ids]
    if not users:
        raise errors.parameter("The parameter user is required")
    for user in users:
        context.world.block(account, user, verb == "POST")
    return {"success": True} if verb == "DELETE" else dict.fromkeys(ids, True)


def moderate(context: Context, linked: Account) -> dict[str, Any]:
    """POST /{page}/moderate_conversations {"user_ids": [{"id"}], "actions": ["block_user"]}."""
    actions = [str(action) for action in context.nested("actions") or []]
    user_ids = [str(user.get("id")) for user in context.nested("user_ids") or []]
    if not user_ids or not actions or {"block_user", "unblock_user"} <= set(actions) or len(user_ids) > 10:
        raise errors.parameter("Up to 10 user_ids and one of block_user and unblock_user are required")
    for id in user_ids:
        user = _person(context, linked, id)
        if context.world.chat_between(linked.platform, linked.id, user.id) is None:
            raise errors.parameter("A conversation must exist with the user")
        if actions != ["move_to_spam"]:
            context.world.block(linked, user, "block_user" in actions)
    return {"success": True}


def number(context: Context, account: Account, verb: str) -> dict[str, Any]:
    """GET, POST and DELETE /{phone-number-id}/block_users; errors come for each person."""
    if verb == "GET":
        rows = [{"messaging_product": "whatsapp", "wa_id": id} for id in context.world.blocked_by(account)]
        return {"data": [{"block_users": rows}]}
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for entry in context.nested("block_users") or []:
        number_or_id = str(entry.get("user") or "")
        user = context.world.user("whatsapp", number_or_id.lstrip("+"))
        chat = context.world.chat_between("whatsapp", account.id, user.id) if user else None
        since = chat.last_user_at if chat else None
        if user is None or verb == "POST" and (since is None or context.world.now() - since > RECENT):
            details = {"details": "User has not messaged in the last 24 hours"}
            error = {"message": "Re-engagement required", "code": 131047, "error_data": details}
            failed.append({"input": number_or_id, "wa_id": user.id if user else number_or_id, "errors": [error]})
            continue
        context.world.block(account, user, verb == "POST")
        done.append({"input": number_or_id, "wa_id": user.id})
    listed: dict[str, Any] = {"added_users" if verb == "POST" else "removed_users": done}
    result = {"messaging_product": "whatsapp", "block_users": listed}
    if failed:
        listed["failed_users"] = failed
        words = "Failed to block some users, see the block_users response list for details"
        raise errors.whatsapp(139100, "Failed to block/unblock users", words).beside(result)
    return result


def _person(context: Context, account: Account, id: str) -> User:
    user = context.world.user(account.platform, id)
    if user is None or user.is_brand or user.id != id:
        raise errors.GraphError(100, "(#100) No matching user found", 2018001)
    return user


def _shown(context: Context, account: Account, id: str) -> dict[str, Any]:
    user = context.world.user(account.platform, id)
    return {"id": id, "name": user.name if user else ""}
