"""Two made-up companies and their customers: weeks of history, and live traffic that answers back."""

from __future__ import annotations

from sandbox.scenario.director import Director

__all__ = ["Director"]
