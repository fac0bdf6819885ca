"""Tokens of Graph: where they travel, whose they are, and the proof that goes with them."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from sandbox import registry
from sandbox.clock import seconds
from sandbox.graph import errors
from sandbox.ids import digits
from sandbox.model import Account, Token
from sandbox.web import Call
from sandbox.world import World

APP_TOKEN = f"{registry.META_APP_ID}|{registry.META_APP_SECRET}"
PERSON, PERSON_ID = "Mila de Boer", digits("meta", "person", length=17, prefix="1")
BUSINESS = digits("meta", "business", length=15, prefix="2")
SCOPES = {
    "facebook": (
        *("pages_show_list", "pages_read_engagement", "pages_read_user_content", "pages_manage_engagement"),
        *("pages_manage_metadata", "pages_messaging", "instagram_basic", "instagram_manage_comments"),
        *("instagram_manage_messages", "business_management", "pages_manage_posts", "instagram_content_publish"),
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
    known = world.known_token(token)
    if known is not None:
        _check_alive(world, known)
    elif account.extra.get("revoked"):
        raise errors.token_error(460, errors.INVALIDATED)
    return account


def holder_of(world: World, token: str) -> Token | None:
    """Somebody's own token, or a system user's, of a log-in page; else None. Raises GraphError when it is over."""
    known = world.known_token(token)
    if known is None or known.kind not in ("meta_user", "meta_system"):
        return None
    _check_alive(world, known)
    return known


def _check_alive(world: World, known: Token) -> None:
    if world.taken_back(known):
        raise errors.token_error(460, errors.INVALIDATED)
    if world.token(known.token) is None:
        raise errors.token_error(463, errors.EXPIRED)


def find(world: World, token: str) -> Account | None:
    """The account with this token, pages that only carry an Instagram account included."""
    known = world.known_token(token)
    if known is not None and known.kind.startswith("meta_"):
        ids = {known.account, *known.reaches}
        kind = "whatsapp" if known.kind == "meta_system" else "facebook"
        return next((a for a in world.every_account() if a.platform == kind and a.id in ids), None)
    every = world.every_account()
    return next((a for a in every if a.platform != "instagram" and a.credentials.get("access_token") == token), None)


def need(world: World, token: str, scope: str) -> None:
    """Raise GraphError 200 for a token without a permission."""
    account, known = find(world, token), world.known_token(token)
    extra = account.extra.get("scopes") if account else None
    if scope not in (extra or (known.scopes if known else SCOPES["facebook"])):
        raise errors.permission(f"Requires {scope} permission to manage the object")


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
    account, known = find(world, token), world.known_token(token)
    if account is None and known is None and token != APP_TOKEN:
        return {"data": {"is_valid": False, "scopes": [], "error": {"code": 190, "message": errors.GARBLED}}}
    kind = "APP" if token == APP_TOKEN else "PAGE" if account and account.platform == "facebook" else "SYSTEM_USER"
    kind = "USER" if known and known.kind == "meta_user" else kind
    gone = world.taken_back(known) if known else account is not None and bool(account.extra.get("revoked"))
    extra = account.extra if account else {}
    usual = known.scopes if known else list(SCOPES[account.platform]) if account else []
    scopes = list(extra.get("scopes") or usual)
    data: dict[str, Any] = {
        "app_id": registry.META_APP_ID,
        "type": kind,
        "application": "Webcare",
        "is_valid": not gone and (known is None or world.token(token) is not None),
        "expires_at": int(extra.get("expires_at") or (known.expires if known else 0)),
        "data_access_expires_at": 0 if kind == "SYSTEM_USER" and known else seconds(world.now()) + 90 * 86400,
        "issued_at": seconds(world.now()) - 86400,
        "scopes": scopes,
        "granular_scopes": [{"scope": scope, **_targets(world, known, scope)} for scope in scopes],
    }
    if account is not None:
        data["profile_id" if kind == "PAGE" else "user_id"] = account.id
    if gone:
        data["error"] = {"code": 190, "subcode": 460, "message": errors.INVALIDATED}
    return {"data": data}


def _targets(world: World, known: Token | None, scope: str) -> dict[str, list[str]]:
    """The WhatsApp accounts a permission is for: named where somebody chose them, left out where it is for all."""
    if known is None or not known.targets or not scope.startswith("whatsapp"):
        return {}
    return {"target_ids": [a.credentials["waba_id"] for a in world.accounts("whatsapp") if a.id in known.reaches]}
