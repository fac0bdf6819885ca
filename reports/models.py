"""What the leads' figures keep: sums by day, reports by mail, the public promise, and what was measured for it."""

from __future__ import annotations

from reports.mailed.models import MailedReport, SentReport
from reports.promise.models import MeasuredChannel, PromisePage
from reports.rolled import RollUp, RollUpState

__all__ = ["MailedReport", "MeasuredChannel", "PromisePage", "RollUp", "RollUpState", "SentReport"]
