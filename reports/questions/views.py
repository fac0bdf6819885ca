"""Pages of the questions that recur: all of them, who asked one, and all as CSV; and setting one aside."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from channels.platforms import platform_title
from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models.rights import Right
from inbox.text.masking import masked
from reports.asked import Asked
from reports.questions import recurring
from reports.questions.gathering import LEAST
from reports.questions.models import Question, QuestionState
from reports.questions.recurring import Recurring
from reports.split import SPLITS
from webcare.lib.csv_file import csv_response
from webcare.lib.enqueue import enqueue


@require_safe
@right_required(Right.FIGURES)
def questions(request: AgentRequest) -> HttpResponse:
    """What customers ask again and again, the most frequent first; with `aside`, what was set aside."""
    asked, aside, after = _asked(request), bool(request.GET.get("aside")), request.GET.get("after", "")
    state = QuestionState.objects.first()
    if state is None:
        enqueue("reports.tasks.begin_questions")
    rows, page_after = recurring.recurring(asked.scope, aside=aside, after=after)
    context = {
        "asked": asked, "questions": rows, "aside": aside, "state": state, "least": LEAST, "splits": SPLITS,
        "page": {"after": page_after}, "is_first": not after, "by": "questions", "section": "figures",
    }  # fmt: skip
    return render(request, "reports/questions.html", context)


@require_safe
@right_required(Right.FIGURES)
def questions_csv(request: AgentRequest) -> StreamingHttpResponse:
    """All of them as a file."""
    asked = _asked(request)
    return csv_response(_table(recurring.every(asked.scope)), f"webcare-questions-{asked.first}-{asked.last}.csv")


@require_safe
@right_required(Right.FIGURES)
def question(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """The conversations that ask one, newest first."""
    asked, after = _asked(request), request.GET.get("after", "")
    row = Question.objects.filter(code=code).first()
    found = recurring.one(asked.scope, row) if row else None
    if row is None or found is None:
        # Nobody asked it in this period.
        return redirect(f"{reverse('questions')}?{asked.address}")
    context = {
        "asked": asked, "question": found, "page": recurring.conversations(asked.scope, row, after=after),
        "is_first": not after, "section": "figures",
    }  # fmt: skip
    return render(request, "reports/question.html", context)


@require_POST
@right_required(Right.FIGURES)
def set_aside(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Set a question aside, for everybody, or take it back."""
    asked = _asked(request)
    row = Question.objects.filter(code=code).first()
    if row is None or not recurring.is_visible(asked.scope, row):
        raise Http404
    is_back = request.POST.get("do") == "back"
    row.set_aside_at, row.set_aside_by = (None, None) if is_back else (timezone.now(), request.user)
    row.save(update_fields=["set_aside_at", "set_aside_by"])
    said = (
        _("It is among the questions again.") if is_back else _("Set aside. It stands under “Set aside” from now on.")
    )
    messages.success(request, said)
    return redirect(f"{reverse('questions')}?{asked.address}{'&aside=1' if is_back else ''}")


def _asked(request: AgentRequest) -> Asked:
    return Asked.of(request.GET.dict(), nav_of(request))


def _table(found: Iterable[Recurring]) -> Iterator[list[object]]:
    yield ["question", "conversations", "before", "channels", "labels", "canned reply", "best answer"]
    for row in found:
        channels = ", ".join(platform_title(platform) for platform in row.channels)
        answer = masked(row.answer.text) if row.answer else ""
        yield [masked(row.asked.text), row.n, row.before, channels, ", ".join(row.labels), row.canned, answer]
