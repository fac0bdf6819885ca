"""What somebody's own token and a system user's reach: pages, businesses, WhatsApp accounts and their numbers."""

from __future__ import annotations

from typing import Any

from sandbox.graph import errors, nodes, whatsapp
from sandbox.graph.auth import BUSINESS, PERSON, PERSON_ID
from sandbox.graph.context import Context
from sandbox.graph.fields import select
from sandbox.ids import opaque
from sandbox.model import Account, Token

TASKS = ["ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"]


def answer(context: Context, holder: Token) -> dict[str, Any] | None:
    """The answer to a question about what a token reaches; None where it asks something of an account."""
    if context.call.method != "GET":
        return None
    match context.path.split("/"):
        case ["me"]:
            return select({"id": PERSON_ID, "name": PERSON}, context.fields(), ("id", "name"))
        case ["me", "permissions"]:
            granted = [{"permission": scope, "status": "granted"} for scope in holder.scopes]
            return {"data": granted}
        case ["me", "accounts"]:
            _need(holder, "pages_show_list")
            return {"data": [_page(context, page, holder) for page in _reached(context, holder, "facebook")]}
        case ["me", "businesses"]:
            _need(holder, "business_management")
            return {"data": [{"id": BUSINESS, "name": "Veldhuis Holding"}]}
        case [business, "owned_whatsapp_business_accounts"] if business == BUSINESS:
            _need(holder, "whatsapp_business_management")
            rows = [whatsapp.waba_node(context, number) for number in _reached(context, holder, "whatsapp")]
            return {"data": [select(row, context.fields(), ("id", "name")) for row in rows]}
        case [business, "client_whatsapp_business_accounts"] if business == BUSINESS:
            return {"data": []}
    return None


def account_in(context: Context, holder: Token) -> Account:
    """The number that a system user's call is about. Raises GraphError for one it may not use."""
    numbers = _reached(context, holder, "whatsapp") if holder.kind == "meta_system" else []
    first = context.path.split("/")[0]
    named = next((n for n in numbers if first in (n.id, n.credentials["waba_id"])), None)
    if named is None and (not numbers or context.world.account("whatsapp", first) or "/" in context.path):
        raise errors.missing(context.path, context.call.method.lower())
    return named or numbers[0]


def _reached(context: Context, holder: Token, platform: str) -> list[Account]:
    return [a for a in context.world.every_account() if a.platform == platform and a.id in holder.reaches]


def _page(context: Context, page: Account, holder: Token) -> dict[str, Any]:
    node = nodes.page_node(context, page) | {"tasks": page.extra.get("tasks") or TASKS}
    given = context.world.issue(opaque("EAAP", 90), "meta_page", account=page.id, scopes=holder.scopes)
    node["access_token"] = given.token
    return select(node, context.fields(), ("access_token", "category", "name", "id", "tasks"))


def _need(holder: Token, scope: str) -> None:
    if scope not in holder.scopes:
        raise errors.permission(f"Requires {scope} permission to manage the object", 200)
