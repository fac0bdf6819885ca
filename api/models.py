"""What the API keeps; each room has its own models."""

from __future__ import annotations

from api.tokens.models import IdempotentCall, Token

__all__ = ["IdempotentCall", "Token"]
