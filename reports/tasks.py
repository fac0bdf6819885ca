"""Celery's way in to what figures keep."""

from __future__ import annotations

from celery import shared_task

from reports import rollups
from reports.mailed import mail
from reports.promise import measured
from reports.questions import gathering
from reports.questions.models import QuestionState


@shared_task(acks_late=True, ignore_result=True)
def measure_promise() -> None:
    """Measure what the public page shows."""
    measured.measure()


@shared_task(acks_late=True, ignore_result=True)
def roll_up() -> None:
    """Sum up the days that are over or changed."""
    rollups.roll()


@shared_task(acks_late=True, ignore_result=True)
def mail_reports() -> None:
    """Mail the figures of the week or month that is over."""
    mail.send_due()


@shared_task(acks_late=True, ignore_result=True)
def begin_questions() -> None:
    """Put what customers asked with what is like it, for the first time."""
    gathering.gather()


@shared_task(acks_late=True, ignore_result=True)
def gather_questions() -> None:
    """Go on with it, where somebody looked at them once."""
    if QuestionState.objects.exists():
        gathering.gather()
