"""What the leads' figures keep: sums by day, goals, reports by mail, the public promise and its measures."""

from __future__ import annotations

from reports.goals.models import Goal
from reports.mailed.models import MailedReport, SentReport
from reports.promise.models import MeasuredChannel, PromisePage
from reports.rolled import LabelRollUp, PersonRollUp, RollUp, RollUpState

__all__ = [
    "Goal",
    "LabelRollUp",
    "MailedReport",
    "MeasuredChannel",
    "PersonRollUp",
    "PromisePage",
    "RollUp",
    "RollUpState",
    "SentReport",
]
