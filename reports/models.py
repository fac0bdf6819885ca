"""What the leads' figures keep: sums by day, questions, goals, reports by mail, and the public promise."""

from __future__ import annotations

from reports.goals.models import Goal
from reports.mailed.models import MailedReport, SentReport
from reports.positions.models import SearchPosition
from reports.promise.models import MeasuredChannel, PromisePage
from reports.questions.models import Asking, Question, QuestionState
from reports.sums import LabelSum, PersonSum, Sum, SumState

__all__ = [
    "Asking",
    "Goal",
    "LabelSum",
    "MailedReport",
    "MeasuredChannel",
    "PersonSum",
    "PromisePage",
    "Question",
    "QuestionState",
    "Sum",
    "SumState",
    "SearchPosition",
    "SentReport",
]
