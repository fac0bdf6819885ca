"""Pages of the questions that recur: all of them, who asked one, and both as CSV."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models.rights import Right
from inbox.text.masking import masked
from reports import behind
from reports.asked import Asked
from reports.questions.recurring import READ, SHOWN, Question, recurring
from reports.split import SPLITS
from webcare.lib.csv_file import csv_response


@require_safe
@right_required(Right.FIGURES)
def questions(request: AgentRequest) -> HttpResponse:
    """What customers ask again and again, the most frequent first."""
    asked = _asked(request)
    context = {
        "asked": asked, "questions": recurring(asked.scope), "read": READ, "shown": SHOWN, "splits": SPLITS,
        "by": "questions", "section": "figures",
    }  # fmt: skip
    return render(request, "reports/questions.html", context)


@require_safe
@right_required(Right.FIGURES)
def questions_csv(request: AgentRequest) -> StreamingHttpResponse:
    """The same as a file."""
    asked = _asked(request)
    return csv_response(_table(recurring(asked.scope)), f"webcare-questions-{asked.first}-{asked.last}.csv")


@require_safe
@right_required(Right.FIGURES)
def question(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """The conversations that ask one, newest first."""
    asked, after = _asked(request), request.GET.get("after", "")
    found = next((row for row in recurring(asked.scope) if row.asked.code == code), None)
    if found is None:
        # It does not recur in this period, or no longer.
        return redirect(f"{reverse('questions')}?{asked.address}")
    context = {
        "asked": asked, "question": found, "page": behind.listed(found.at, after=after), "is_first": not after,
        "section": "figures",
    }  # fmt: skip
    return render(request, "reports/question.html", context)


def _asked(request: AgentRequest) -> Asked:
    return Asked.of(request.GET.dict(), nav_of(request))


def _table(found: list[Question]) -> Iterator[list[object]]:
    yield ["question", "conversations", "before", "canned reply", "best answer"]
    for row in found:
        yield [masked(row.asked.text), row.n, row.before, row.canned, row.answer.text if row.answer else ""]
