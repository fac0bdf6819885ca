"""Tokens of Graph: where they travel, whose they are, and the proof that goes with them."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from sandbox import registry
from sandbox.clock import seconds
from sandbox.graph import errors
from sandbox.model import Account
from sandbox.web import Call
from sandbox.world import World

APP_TOKEN = f"{registry.META_APP_ID}|{registry.META_APP_SECRET}"
SCOPES = {
    "facebook": (
        *("pages_show_list", "pages_read_engagement", "pages_read_user_content", "pages_manage_engagement"),
        *("pages_manage_metadata", "pages_messaging", "instagram_basic", "instagram_manage_comments"),
        *("instagram_manage_messages", "business_management"),
    ),
    "whatsapp": ("whatsapp_business_messaging", "whatsapp_business_management"),
}


def token_of(call: Call) -> str:
    """The token from query, form, JSON or `Authorization: Bearer/OAuth`."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme in ("Bearer", "OAuth") and token:
        return token.strip()
    return str(call.params.get("access_token") or call.body.get("access_token") or "")


def account_of(world: World, token: str) -> Account | None:
    """The page or WhatsApp number a token belongs to; None for the app's own. Raises GraphError when it is neither."""
    if not token:
        raise errors.GraphError(104, "An access token is required to request this resource.", status=401)
    if token == APP_TOKEN:
        return None
    account = find(world, token)
    if account is None:
        raise errors.token_error(None, errors.GARBLED)
    if account.extra.get("revoked"):
        raise errors.token_error(460, errors.INVALIDATED)
    return account


def find(world: World, token: str) -> Account | None:
    """The account with this token, pages that only carry an Instagram account included."""
    every = world.every_account()
    return next((a for a in every if a.platform != "instagram" and a.credentials.get("access_token") == token), None)


def check_proof(world: World, call: Call, token: str) -> None:
    """`appsecret_proof`, when it is sent or the setting demands it. Raises GraphError."""
    proof = str(call.params.get("appsecret_proof") or call.body.get("appsecret_proof") or "")
    if not proof and not world.settings.get("appsecret_proof"):
        return
    right = hmac.new(registry.META_APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right, proof):
        problem = (
            "Invalid appsecret_proof provided" if proof else "API calls from the server require an appsecret_proof"
        )
        raise errors.GraphError(100, f"{problem} in the API argument", type="GraphMethodException")


def debug_token(world: World, token: str) -> dict[str, Any]:
    """`GET /debug_token?input_token=`."""
    account = find(world, token)
    if account is None and token != APP_TOKEN:
        return {"data": {"is_valid": False, "scopes": [], "error": {"code": 190, "message": errors.GARBLED}}}
    kind = "APP" if account is None else "PAGE" if account.platform == "facebook" else "SYSTEM_USER"
    revoked = account is not None and bool(account.extra.get("revoked"))
    extra = account.extra if account else {}
    scopes = list(extra.get("scopes") or SCOPES[account.platform]) if account else []
    data: dict[str, Any] = {
        "app_id": registry.META_APP_ID,
        "type": kind,
        "application": "Webcare",
        "is_valid": not revoked,
        "expires_at": int(extra.get("expires_at") or 0),
        "data_access_expires_at": seconds(world.now()) + 90 * 86400,
        "issued_at": seconds(world.now()) - 86400,
        "scopes": scopes,
        "granular_scopes": [{"scope": scope} for scope in scopes],
    }
    if account is not None:
        data["profile_id" if kind == "PAGE" else "user_id"] = account.id
    if revoked:
        data["error"] = {"code": 190, "subcode": 460, "message": errors.INVALIDATED}
    return {"data": data}
