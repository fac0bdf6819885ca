"""The page of search positions: written down, drawn, listed and taken away; also as CSV."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import date

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models import Conversation, Event
from inbox.models.rights import Right
from reports import split
from reports.asked import Asked
from reports.positions.forms import PositionForm
from reports.positions.models import SearchPosition
from reports.positions.plot import READ, lines
from webcare.lib.csv_file import csv_response
from webcare.lib.cursor import cursor_of, cursor_values

PAGE = 50
_TERMS = 200  # offered while writing
_ORDER = ("-ordinal", "-id")


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.FIGURES)
def positions(request: AgentRequest) -> HttpResponse:
    """What was written down in a period, as lines and as a list, and a form for more."""
    asked = Asked.of(request.GET.dict(), nav_of(request))
    term = _term_in(request)
    form = PositionForm(request.POST or None, by=request.user, initial={"term": term})
    if request.method == "POST" and form.is_valid() and _is_kept(form):
        messages.success(request, _("Written down."))
        return redirect(f"{reverse('positions')}?{asked.address}")
    rows, after = _rows(asked, term), request.GET.get("after", "")
    shown, page_after = _page(rows, after)
    known = SearchPosition.objects.order_by("term").values_list("term", flat=True).distinct()[:_TERMS]
    context = {
        "asked": asked, "form": form, "term": term, "terms": known, "rows": shown,
        "lines": lines(rows[:READ], (asked.first, asked.last)),
        "seen": _seen(request, shown), "page": {"after": page_after}, "is_first": not after,
        "splits": split.SPLITS, "by": "positions", "section": "figures",
    }  # fmt: skip
    return render(request, "reports/positions/positions.html", context)


@require_safe
@right_required(Right.FIGURES)
def positions_csv(request: AgentRequest) -> StreamingHttpResponse:
    """The same as a file."""
    asked = Asked.of(request.GET.dict(), nav_of(request))
    rows = _rows(asked, _term_in(request))
    return csv_response(_table(request, rows), f"webcare-search-positions-{asked.first}-{asked.last}.csv")


@require_POST
@right_required(Right.FIGURES)
def remove(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Take one away that was written down by mistake."""
    row = get_object_or_404(SearchPosition, code=code)
    with transaction.atomic():
        row.delete()
        Event.note("position_removed", actor=request.user)
    messages.success(request, _("Taken away."))
    return redirect(f"{reverse('positions')}?{Asked.of(request.GET.dict(), nav_of(request)).address}")


def _term_in(request: AgentRequest) -> str:
    return request.GET.get("term", "").replace("\x00", "").strip()[:120]


def _is_kept(form: PositionForm) -> bool:
    """Keep it; False where the same was written down before."""
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        form.add_error(None, _("This result was written down for that day already."))
        return False
    return True


def _rows(asked: Asked, term: str) -> QuerySet[SearchPosition]:
    rows = SearchPosition.objects.filter(day__gte=asked.first, day__lte=asked.last).select_related("by", "conversation")
    rows = rows.filter(term__iexact=term) if term else rows
    return rows.order_by("-day", "-pk")


def _page(rows: QuerySet[SearchPosition], after: str) -> tuple[list[SearchPosition], str]:
    if place := cursor_values(after, _ORDER):
        try:
            day = date.fromordinal(place[0])
        except (ValueError, OverflowError):
            day = date.max
        rows = rows.filter(Q(day__lt=day) | Q(day=day, pk__lt=place[1]))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], cursor_of(found[PAGE - 1], _ORDER) if len(found) > PAGE else ""


def _seen(request: AgentRequest, rows: Iterable[SearchPosition]) -> set[int | None]:
    """Return whose notes and addresses this reader may see: those of conversations they read, and of none."""
    mine = Conversation.objects.visible_to(request.user).filter(pk__in=[row.conversation_id for row in rows])
    return {None, *mine.values_list("pk", flat=True)}


def _table(request: AgentRequest, rows: QuerySet[SearchPosition]) -> Iterator[list[object]]:
    yield ["day", "engine", "term", "position", "ours", "address", "note", "by"]
    seen = _seen(request, rows.exclude(conversation=None))
    for row in rows.iterator(chunk_size=500):
        by, told = row.by.name if row.by else "", row.conversation_id in seen
        yield [
            row.day, row.get_engine_display(), row.term, row.position or "", "yes" if row.is_ours else "no",
            row.url if told else "", row.note if told else "", by,
        ]  # fmt: skip
