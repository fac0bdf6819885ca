"""What the API keeps; each room has its own models."""

from __future__ import annotations

from api.tokens.models import IdempotentCall, Token
from api.webhooks.models import Endpoint, Telling, ToldSignal

__all__ = ["Endpoint", "IdempotentCall", "Telling", "ToldSignal", "Token"]
