"""What is kept of the assistant; each room has its own models."""

from __future__ import annotations

from assist.server.models import Server
from assist.translating.models import Translation

__all__ = ["Server", "Translation"]
