"""What the leads' figures keep: the public promise, and what was measured for it."""

from __future__ import annotations

from reports.promise.models import MeasuredChannel, PromisePage

__all__ = ["MeasuredChannel", "PromisePage"]
