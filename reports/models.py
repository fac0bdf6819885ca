"""What the leads' figures keep: sums by day, the public promise, and what was measured for it."""

from __future__ import annotations

from reports.promise.models import MeasuredChannel, PromisePage
from reports.rolled import RollUp, RollUpState

__all__ = ["MeasuredChannel", "PromisePage", "RollUp", "RollUpState"]
