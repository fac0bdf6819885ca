"""Practice: taking part, and for leads starting rounds and comparing what everybody wrote."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox.access import agent_required, right_required
from inbox.http import AgentRequest
from inbox.models import PracticeCopy, PracticeRound, PracticeSeat
from inbox.models.rights import Right
from inbox.practice import rounds, session
from inbox.practice.compare import comparison_of, results_of
from inbox.views.practice.forms import RoundForm, ScoreForm
from webcare.lib.cursor import cursor_of, cursor_values, rows_after

_SHOWN = 50
_NEWEST = ("-created_at", "-id")


@require_safe
@agent_required
def practice(request: AgentRequest) -> HttpResponse:
    """What one may take part in, one's own results, and for leads every round."""
    seats = PracticeSeat.objects.filter(person=request.user, round__ended_at=None).select_related("round")
    every, older, start = _rounds(request) if request.user.has(Right.QUALITY) else (None, "", "")
    context = {
        "seats": seats.annotate(size=Count("round__cases")).order_by("-round__created_at"),
        "results": results_of(request.user),
        "rounds": every,
        "older": older,
        "is_first": not start,
        "section": "practice",
    }
    return render(request, "inbox/practice/practice.html", context)


def _rounds(request: AgentRequest) -> tuple[Sequence[PracticeRound], str, str]:
    """Return a page of rounds, newest first, where the older ones start, and where this page starts."""
    every = PracticeRound.objects.annotate(people=Count("seats", distinct=True), size=Count("cases", distinct=True))
    after = request.GET.get("after", "")
    if start := cursor_values(after, _NEWEST):
        every = every.filter(rows_after(_NEWEST, start))
    found = list(every.order_by(*_NEWEST)[: _SHOWN + 1])
    older = cursor_of(found[_SHOWN - 1], _NEWEST) if len(found) > _SHOWN else ""
    return found[:_SHOWN], older, after if start else ""


@right_required(Right.QUALITY)
def start(request: AgentRequest) -> HttpResponse:
    """Start a round: who, and which cases."""
    form = RoundForm(request.POST or None, language=request.user.language)
    if request.method == "POST" and form.is_valid():
        made = PracticeRound(name=form.cleaned_data["name"], by=request.user)
        rounds.start(made, form.chosen(), form.cleaned_data["people"])
        messages.success(request, _("The round is open. Whoever takes part finds it under Practice."))
        return redirect("practice_round", code=made.code)
    return render(request, "inbox/practice/start.html", {"form": form, "section": "practice"})


@require_safe
@right_required(Right.QUALITY)
def compare(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Everybody's answers to each case, beside each other."""
    found = comparison_of(get_object_or_404(PracticeRound.objects.select_related("by"), code=code))
    context = {"found": found, "scores": range(1, 6), "section": "practice"}
    return render(request, "inbox/practice/round.html", context)


@require_POST
@right_required(Right.QUALITY)
def score(request: AgentRequest, code: uuid.UUID, copy: int) -> HttpResponse:
    """Say what one answer is worth, and why."""
    row = get_object_or_404(PracticeCopy.objects.select_related("seat__round"), pk=copy, seat__round__code=code)
    form = ScoreForm(request.POST, instance=row)
    if not form.is_valid():
        raise Http404
    form.instance.scored_by = request.user
    form.save()
    messages.success(request, _("Saved."))
    return redirect(f"{request.path.partition('/score/')[0]}/#copy-{row.pk}")


@require_POST
@right_required(Right.QUALITY)
def end(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """End a round: everybody sees their own scores."""
    if rounds.end(get_object_or_404(PracticeRound, code=code), request.user):
        messages.success(request, _("The round has ended. Everybody sees their own scores."))
    return redirect("practice_round", code=code)


@require_POST
@right_required(Right.QUALITY)
def delete(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Delete a round with everything written in it."""
    found = get_object_or_404(PracticeRound, code=code)
    rounds.delete(found, request.user)
    messages.success(request, _("“%(round)s” is deleted, with all that was written in it.") % {"round": found.name})
    return redirect("practice")


@require_POST
@agent_required
def enter(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Practise: the cases come in the first time, and the inbox is theirs from now on."""
    seats = PracticeSeat.objects.select_related("round", "person")
    seat = get_object_or_404(seats, code=code, person=request.user, round__ended_at=None)
    rounds.begin(seat)
    session.enter(request, seat)
    return redirect("inbox")


@require_POST
@agent_required
def leave(request: HttpRequest) -> HttpResponse:
    """Work again."""
    session.leave(request)
    return redirect("practice")
