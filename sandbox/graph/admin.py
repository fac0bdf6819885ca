"""Subscribing to webhooks: of the app, and of each page or WhatsApp account."""

from __future__ import annotations

from typing import Any

from sandbox import registry
from sandbox.graph import errors
from sandbox.graph.context import Context
from sandbox.model import Account
from sandbox.push import Push, Refused

OBJECTS = ("page", "instagram", "whatsapp_business_account")
PAGE_FIELDS = (
    *("feed", "mention", "messages", "message_echoes", "message_deliveries", "message_reads", "message_edits"),
    *("message_reactions", "messaging_postbacks", "standby"),
)


def subscribe_app(context: Context, push: Push) -> dict[str, Any]:
    """POST /{app-id}/subscriptions: verifies the address first. Needs the app's own token."""
    if context.account is not None:
        raise errors.GraphError(15, "(#15) This method must be called with an app access_token.")
    if context.param("object") not in OBJECTS:
        raise errors.parameter(f"Param object must be one of {', '.join(OBJECTS)}")
    try:
        push.register("meta", context.param("callback_url"), context.param("verify_token"))
    except Refused as refused:
        raise errors.GraphError(2200, f"(#2200) Callback verification failed: {refused}") from refused
    return {"success": True}


def app_subscriptions(context: Context, push: Push) -> dict[str, Any]:
    """GET /{app-id}/subscriptions."""
    hook = push.hooks.get("meta")
    rows = (
        [{"object": name, "callback_url": hook.url, "active": True, "fields": []} for name in OBJECTS] if hook else []
    )
    return {"data": rows}


def unsubscribe_app(context: Context, push: Push) -> dict[str, Any]:
    """DELETE /{app-id}/subscriptions."""
    push.unregister("meta")
    return {"success": True}


def subscribe(context: Context, account: Account) -> dict[str, Any]:
    """POST /{page|ig-user|waba}/subscribed_apps."""
    fields = [name for name in context.param("subscribed_fields").split(",") if name]
    if account.platform == "facebook" and not fields:
        raise errors.parameter("The parameter subscribed_fields is required.")
    context.world.subscribe(account, fields or None)
    linked = context.world.instagram_of(account.id) if account.platform == "facebook" else None
    if linked:
        context.world.subscribe(linked, None)
    return {"success": True}


def unsubscribe(context: Context, account: Account) -> dict[str, Any]:
    """DELETE /{page|ig-user|waba}/subscribed_apps."""
    context.world.subscribe(account, [])
    return {"success": True}


def subscriptions(context: Context, account: Account, push: Push) -> dict[str, Any]:
    """GET /{page|ig-user|waba}/subscribed_apps: empty once the app was unsubscribed.

    What was subscribed to stays so without a webhook: Page and Instagram account add to one list, in any order.
    """
    if account.subscribed == [] or (account.subscribed is None and "meta" not in push.hooks):
        return {"data": []}
    app = {"id": registry.META_APP_ID, "name": "Webcare", "link": "https://example.org/"}
    if account.platform == "whatsapp":
        return {"data": [{"whatsapp_business_api_data": app}]}
    return {"data": [app | {"category": "Business", "subscribed_fields": account.subscribed or list(PAGE_FIELDS)}]}
