"""Webhooks: signed deliveries, kept on disk until accepted or given up."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import requests

from sandbox.clock import parse_moment
from sandbox.faults import Fault, Faults
from sandbox.model import Event
from sandbox.signing import TIMEOUT, Refused, handshake, headers_for, kind_of, session
from sandbox.world import World

logger = logging.getLogger(__name__)
# Whose webhooks tell of what happens where. Of other platforms no webhook tells: they are asked.
PRODUCT = {"x": "x", "facebook": "meta", "instagram": "meta", "whatsapp": "meta"}
BACKOFF = (0.2, 1, 2, 5, 10, 20, 30, 60)  # seconds on the world's clock; the last repeats
GIVE_UP = {
    "feed": timedelta(hours=36),
    "messaging": timedelta(hours=36),  # but see UNSUBSCRIBE
    "whatsapp": timedelta(days=7),
    "x": timedelta(minutes=2),  # X documents no retries: a few, then polling has to find it
}
CHALLENGE, INVALID_AFTER = timedelta(hours=1), timedelta(hours=28)  # X asks again hourly, and gives up after 28 h
UNSUBSCRIBE = timedelta(hours=1)  # Messenger and Instagram messaging: the app is unsubscribed after failing this long
BATCH = 50


@dataclass
class Hook:
    """Where one product's events go."""

    product: str
    url: str
    verify_token: str = ""
    checked: datetime | None = None  # X: when the challenge was last asked, and last answered rightly
    answered: datetime | None = None


@dataclass
class Delivery:
    """One event on its way."""

    id: str
    product: str  # meta, x, or x:<app>
    platform: str
    account: str
    kind: str  # feed, messaging, whatsapp, x
    body: dict[str, Any]
    due: datetime
    since: datetime
    attempts: int = 0
    held: bool = False  # by the fault reorder, until another has gone
    faulted: bool = False  # has had its fault


Builder = Callable[[World, Event, str], Iterable[tuple[str, str, str, dict[str, Any]]]]


class Push:
    """The queue and its sender. `base` is the sandbox's own address, for links inside the events."""

    def __init__(self, world: World, faults: Faults, builders: dict[str, Builder], base: str) -> None:
        self.world, self.faults, self.builders, self.base = world, faults, builders, base
        self.hooks = {
            row["product"]: Hook(row["product"], row["url"], row["verify_token"]) for row in world.journal.items("hook")
        }
        self._queue: dict[str, Delivery] = {}
        for row in world.journal.items("delivery"):
            row |= {"due": parse_moment(row["due"]), "since": parse_moment(row["since"])}
            self._queue[row["id"]] = Delivery(**row)
        self._ready = threading.Condition()
        self._busy: set[str] = set()
        self._running = True
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        world.listen(self._on_event)

    def start(self) -> None:
        """Begin sending."""
        self._thread.start()

    def stop(self) -> None:
        """Stop sending; what is still queued stays in the journal."""
        with self._ready:
            self._running = False
            self._ready.notify_all()
        self._pool.shutdown(wait=False, cancel_futures=True)

    # -- registration ------------------------------------------------------------------------------------------------
    def verify(self, product: str, url: str, verify_token: str) -> None:
        """Do the platform's handshake. Raises Refused."""
        handshake(product, url, verify_token)

    def register(self, product: str, url: str, verify_token: str) -> Hook:
        """Verify and keep a webhook; every account counts as subscribed again. Raises Refused."""
        if kind_of(product) not in ("meta", "x"):
            raise Refused(f"no such product: {product}")
        handshake(product, url, verify_token)
        now = self.world.now()  # counted from here, not from when the sender first looks at it
        hook = self.hooks[product] = Hook(product, url, verify_token, checked=now, answered=now)
        self.world.journal.put("hook", product, hook)
        for account in self.world.accounts():
            if account.subscribed == [] and (account.platform == "x") == (product != "meta"):
                self.world.subscribe(account, None)
        with self._ready:
            self._ready.notify_all()
        return hook

    def unregister(self, product: str) -> None:
        """Forget a webhook and what was on its way there."""
        self.hooks.pop(product, None)
        self.world.journal.put("hook", product, None)
        with self._ready:
            self._drop([d for d in self._queue.values() if d.product == product])

    def pending(self) -> list[Delivery]:
        """What has not been accepted yet."""
        with self._ready:
            return list(self._queue.values())

    # -- in ----------------------------------------------------------------------------------------------------------
    def _on_event(self, event: Event) -> None:
        if event.name == "cleared":
            self._cleared(keep=bool(event.detail.get("keep_accounts")))
        elif event.message is not None:
            product = PRODUCT.get(event.message.platform)
            if product and any(kind_of(known) == product for known in self.hooks):
                for platform, account, kind, body in self.builders[product](self.world, event, self.base):
                    hook = self._hook_of(product, account)
                    if hook in self.hooks:
                        self.send(hook, platform, account, kind, body)
        with self._ready:
            self._ready.notify_all()

    def _hook_of(self, product: str, account_id: str) -> str:
        """The product whose webhook gets an account's events: X's depends on the account's app."""
        account = self.world.account("x", account_id) if product == "x" else None
        app = account.extra.get("app") if account else ""
        return f"{product}:{app}" if app else product

    def send(self, product: str, platform: str, account: str, kind: str, body: dict[str, Any]) -> None:
        """Queue one delivery."""
        now = self.world.now()
        with self._ready:
            delivery = Delivery(self.world.mint.snowflake(), product, platform, account, kind, body, now, now)
            self._queue[delivery.id] = delivery
            self.world.journal.put("delivery", delivery.id, delivery)
            self._ready.notify_all()

    def _cleared(self, *, keep: bool) -> None:
        with self._ready:
            self._drop(list(self._queue.values()))
        if not keep:
            self.hooks.clear()
        for hook in self.hooks.values():
            self.world.journal.put("hook", hook.product, hook)

    # -- out ---------------------------------------------------------------------------------------------------------
    def _run(self) -> None:
        while True:
            with self._ready:
                if not self._running:
                    return
                self._challenge_when_due()
                batch, wait = self._next()
                if batch is None:
                    self._ready.wait(wait)
                    continue
                self._busy.add(_lane(batch[0]))
            self._pool.submit(self._deliver, batch)

    def _challenge_when_due(self) -> None:
        now = self.world.now()
        for hook in self.hooks.values():
            if kind_of(hook.product) != "x":
                continue
            hook.checked = hook.checked or now
            hook.answered = hook.answered or now
            if now - hook.checked >= CHALLENGE:
                hook.checked = now
                self._pool.submit(self._challenge, hook, now)

    def _challenge(self, hook: Hook, asked: datetime) -> None:
        try:
            handshake(hook.product, hook.url, "")
        except Refused:
            if hook.answered and asked - hook.answered > INVALID_AFTER:
                self.unregister(hook.product)
        else:
            hook.answered = asked

    def _next(self) -> tuple[list[Delivery] | None, float]:
        """The next due batch, in order within an account, or how long to wait."""
        now = self.world.now()
        wait = 60.0
        single = any(fault.endpoint == "webhook" for fault in self.faults.active)
        for delivery in self._queue.values():
            lane = _lane(delivery)
            if lane in self._busy or delivery.product not in self.hooks:
                continue
            if delivery.due > now:
                wait = min(wait, max((delivery.due - now).total_seconds(), 0.01))
                continue
            if single or kind_of(delivery.product) == "x" or delivery.faulted:
                return [delivery], 0
            same = [
                d
                for d in self._queue.values()
                if _lane(d) == lane and d.due <= now and d.kind == delivery.kind and not d.faulted
            ]
            return same[:BATCH], 0
        return None, wait

    def _deliver(self, batch: list[Delivery]) -> None:
        try:
            fault = None if batch[0].faulted else self.faults.take_webhook(batch[0].platform)
            if fault is None or not self._faulted(fault, batch):
                self._attempt(batch, forged=fault is not None and fault.name == "wrong_signature")
                if fault is not None and fault.name == "duplicate":
                    self._post(batch)
        except Exception:
            logger.exception("a webhook could not be sent")
            self._retry(batch)
        finally:
            with self._ready:
                self._busy.discard(_lane(batch[0]))
                self._ready.notify_all()

    def _faulted(self, fault: Fault, batch: list[Delivery]) -> bool:
        """Apply a fault; True when nothing is to be sent now."""
        if fault.name == "wrong_signature":  # hits each attempt anew: `always` never lets a right one through
            return False
        with self._ready:
            for delivery in batch:
                delivery.faulted = True
            if fault.name == "lost":
                self._drop(batch)
                return True
            if fault.name in ("delay", "reorder"):
                pause = fault.seconds or (5 if fault.name == "delay" else 3)
                for delivery in batch:
                    delivery.due = self.world.now() + timedelta(seconds=pause)
                    delivery.held = fault.name == "reorder"
                return True
        return False

    def _attempt(self, batch: list[Delivery], *, forged: bool) -> None:
        accepted = self._post(batch, forged=forged)
        account = self.world.account(batch[0].platform, batch[0].account)
        with self._ready:
            if accepted:
                self._drop(batch)
                self._release()
        if accepted:
            if account and account.failing_since:
                account.failing_since = None
        elif forged:
            self._retry(batch)
        else:
            self._retry(batch)
            self._count_failure(batch)

    def _release(self) -> None:
        """Deliveries held by `reorder` go now that another has overtaken them."""
        for delivery in self._queue.values():
            if delivery.held:
                delivery.held, delivery.due = False, self.world.now()

    def _post(self, batch: list[Delivery], *, forged: bool = False) -> bool:
        hook = self.hooks.get(batch[0].product)
        if hook is None:
            return False
        body = batch[0].body
        if len(batch) > 1:
            body = {"object": body["object"], "entry": [entry for d in batch for entry in d.body["entry"]]}
        raw = json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()  # escaped, and signed as sent
        headers = headers_for(hook.product, raw, forged=forged)
        try:
            answer = session().post(
                hook.url, data=raw, headers=headers, timeout=TIMEOUT[kind_of(hook.product)], allow_redirects=False
            )
        except requests.RequestException:
            return False
        return answer.status_code == 200

    def _retry(self, batch: list[Delivery]) -> None:
        now = self.world.now()
        with self._ready:
            for delivery in batch:
                pause = BACKOFF[min(delivery.attempts, len(BACKOFF) - 1)]
                delivery.attempts += 1
                delivery.due = now + timedelta(seconds=pause)
                if now - delivery.since > GIVE_UP[delivery.kind]:
                    self._drop([delivery])
                elif delivery.id in self._queue:
                    self.world.journal.put("delivery", delivery.id, asdict(delivery))

    def _count_failure(self, batch: list[Delivery]) -> None:
        account = self.world.account(batch[0].platform, batch[0].account)
        if account is None or batch[0].kind == "x":
            return
        now = self.world.now()
        if account.failing_since is None:
            account.failing_since = now
        if batch[0].kind != "messaging" or now - account.failing_since < UNSUBSCRIBE:
            return
        self.world.subscribe(account, [])
        with self._ready:
            self._drop([d for d in self._queue.values() if d.account == account.id and d.kind == "messaging"])

    def _drop(self, deliveries: list[Delivery]) -> None:
        for delivery in deliveries:
            self._queue.pop(delivery.id, None)
            self.world.journal.put("delivery", delivery.id, None)


def _lane(delivery: Delivery) -> str:
    return f"{delivery.product}:{delivery.account}"


__all__ = ["Delivery", "Hook", "Push", "Refused"]
