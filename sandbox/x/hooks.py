"""Webhooks on X as their API manages them: register with a challenge (CRC), list, check again, remove, subscribe."""

from __future__ import annotations

from typing import Any

from sandbox.clock import iso_z
from sandbox.push import Push, Refused
from sandbox.web import Call, Reply
from sandbox.world import World
from sandbox.x import errors
from sandbox.x.auth import Caller

HOOK_ID = "1990000000000000001"  # one app has one webhook here


class Hooks:
    """The endpoints under /2/webhooks and /2/activity."""

    def __init__(self, push: Push) -> None:
        self.push = push
        self._subscriptions: list[dict[str, Any]] = []

    def register(self, world: World, caller: Caller, call: Call) -> Reply:
        """POST /2/webhooks {"url"} — the answer waits for the challenge."""
        try:
            self.push.register(_product(caller), str(call.body.get("url") or ""), "")
        except Refused as refused:
            return errors.invalid("url", call.body.get("url"), f"CrcValidationFailed: {refused}")
        return Reply(201, self._shown(world, _product(caller)))

    def list(self, world: World, caller: Caller, call: Call) -> Reply:
        """GET /2/webhooks."""
        product = _product(caller)
        hooks = [self._shown(world, product)["data"]] if product in self.push.hooks else []
        return Reply(
            200, {"data": hooks, "meta": {"result_count": len(hooks)}} if hooks else {"meta": {"result_count": 0}}
        )

    def check(self, world: World, caller: Caller, call: Call, id: str) -> Reply:
        """PUT /2/webhooks/:id — do the challenge again."""
        hook = self.push.hooks.get(_product(caller))
        if hook is None:
            return errors.not_found("webhook")
        try:
            self.push.verify(hook.product, hook.url, "")
        except Refused as refused:
            return errors.invalid("webhook_id", id, f"CrcValidationFailed: {refused}")
        return Reply(200, {"data": {"valid": True}})

    def delete(self, world: World, caller: Caller, call: Call, id: str) -> Reply:
        """DELETE /2/webhooks/:id."""
        self.push.unregister(_product(caller))
        return Reply(200, {"data": {"deleted": True}})

    def subscribe(self, world: World, caller: Caller, call: Call) -> Reply:
        """POST /2/activity/subscriptions — kept; the sandbox delivers every event type of every account."""
        row = {"subscription_id": world.mint.snowflake(), **call.body, "webhook_id": HOOK_ID}
        self._subscriptions.append(row)
        return Reply(201, {"data": {"subscription": row}, "meta": {"total_subscriptions": len(self._subscriptions)}})

    def subscriptions(self, world: World, caller: Caller, call: Call) -> Reply:
        """GET /2/activity/subscriptions."""
        return Reply(200, {"data": self._subscriptions, "meta": {"total_subscriptions": len(self._subscriptions)}})

    def _shown(self, world: World, product: str) -> dict[str, Any]:
        hook = self.push.hooks[product]
        return {"data": {"id": HOOK_ID, "url": hook.url, "valid": True, "created_at": iso_z(world.now())}}


def _product(caller: Caller) -> str:
    """The webhook of the caller's app; the bearer is the usual app's."""
    app = caller.account.extra.get("app") if caller.account else ""
    return f"x:{app}" if app else "x"
