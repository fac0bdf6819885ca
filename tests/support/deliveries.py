"""Webhook bodies as they are kept."""

from __future__ import annotations

import json
from typing import Any

from channels.models import Delivery
from tests.support.x_payloads import x_payload


def stored(body: Any, product: str = "x") -> Delivery:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery.objects.create(product=product, body=raw)


def envelope(number: int) -> dict[str, Any]:
    body: dict[str, Any] = x_payload("x_activity_2026-07.json")[0]
    post = str(1_990_000_000_000_001_000 + number)
    body["data"]["payload"] |= {"id": post, "conversation_id": post, "edit_history_tweet_ids": [post]}
    return body
