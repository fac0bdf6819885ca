"""An account's health, sign by sign, and the ledger of what was read. The signs as JSON too, for machines."""

from __future__ import annotations

import uuid
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from channels.accounts import doctor, spending
from channels.intake import ledger
from channels.models import Account, Checkup, Reading
from channels.pages.accounts import account_for
from channels.platforms import platform_title
from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.models import Message
from inbox.models.answer_state import ON_ITS_WAY, AnswerState
from inbox.models.rights import Right
from webcare.lib.cursor import cursor_of, cursor_values, rows_after
from webcare.lib.enqueue import enqueue

PAGE = 50
_ORDER = ("-at", "-id")
_STATES = {
    "": gettext_lazy("All"),
    "new": gettext_lazy("Something new"),
    "known": gettext_lazy("All known"),
    "refused": gettext_lazy("Not stored"),
}
_CHECKED_EVERY = 15  # minutes, as webcare.celery says


class Lines(NamedTuple):
    """A page of the ledger: its lines, which kind, and where the next page starts ("" at the end)."""

    rows: list[Reading]
    state: str
    after: str


@require_safe
@right_required(Right.ACCOUNTS)
def signs(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """The page; for htmx the signs alone, which look anew by themselves."""
    shown = account_for(code)
    context = {**_signs(shown), "every": _CHECKED_EVERY, "section": "accounts"}
    if getattr(request, "htmx", False):
        return render(request, "channels/_signs.html", context)
    context |= {"lines": _lines(shown, request.GET), "states": _STATES, "today": _today(shown)}
    return render(request, "channels/doctor.html", context)


@require_safe
@right_required(Right.ACCOUNTS)
def data(request: HttpRequest, code: uuid.UUID) -> JsonResponse:
    """The signs as JSON, in the reader's language where they are for people."""
    found = _signs(account_for(code))
    return JsonResponse(doctor.as_data(found["account"], found["signs"], found["checkup"]))


@require_POST
@right_required(Right.ACCOUNTS)
def check(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Let a worker look at everything now."""
    shown = account_for(code)
    enqueue("channels.tasks.check_account", shown.pk)
    messages.success(request, _("We are looking. What is found shows here by itself."))
    return redirect("account_doctor", code=code)


@require_POST
@right_required(Right.ACCOUNTS)
def compare(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Let a worker lay the last day beside what the platform has."""
    shown = account_for(code)
    enqueue("channels.tasks.compare_account", shown.pk)
    messages.success(request, _("We are comparing. What is found shows here by itself."))
    return redirect("account_doctor", code=code)


@require_POST
@right_required(Right.ACCOUNTS)
def replay(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Read the bodies of chosen lines again."""
    shown = account_for(code)
    chosen = [int(pk) for pk in request.POST.getlist("reading")[:PAGE] if pk.isdecimal() and len(pk) < 19]
    count = ledger.replay(shown, chosen, by=request.user)
    if count:
        words = ngettext("%(n)d delivery is being read again.", "%(n)d deliveries are being read again.", count)
        messages.success(request, words % {"n": count})
    else:
        messages.warning(request, _("Choose lines that came by webhook and are still kept."))
    return redirect("account_doctor", code=code)


def _signs(shown: Account) -> dict[str, Any]:
    checkup: Checkup | None = getattr(shown, "checkup", None)
    found = doctor.signs_of(
        shown,
        list(shown.streams.order_by("pk")),
        checkup,
        spent=spending.spent(shown),
        allowance=spending.allowance(shown),
    )
    trouble = sum(sign.level in (doctor.BAD, doctor.WARN) for sign in found)
    return {
        "account": shown,
        "title": platform_title(shown.platform),
        "checkup": checkup,
        "signs": found,
        "trouble": trouble,
        "level": doctor.level_of(found),
    }


def _lines(shown: Account, query: Any) -> Lines:
    state = query.get("state", "") if query.get("state", "") in _STATES else ""
    rows = ledger.of_account(shown, state)
    place = cursor_values(query.get("after", ""), _ORDER)
    found = list((rows.filter(rows_after(_ORDER, place)) if place else rows)[: PAGE + 1])
    after = cursor_of(found[PAGE - 1], _ORDER) if len(found) > PAGE else ""
    return Lines(found[:PAGE], state, after)


def _today(shown: Account) -> dict[str, Any]:
    """What came in and left since midnight."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    came = Reading.objects.filter(account=shown, at__gte=midnight).aggregate(
        all=Count("pk"), known=Count("pk", filter=Q(is_known=True)), refused=Count("pk", filter=Q(refused__gt=0))
    )
    ours = Message.objects.filter(account=shown, direction=Message.Direction.OUTBOUND, sent_at__gte=midnight)
    left = ours.aggregate(
        all=Count("pk"),
        failed=Count("pk", filter=Q(state=AnswerState.FAILED)),
        waiting=Count("pk", filter=Q(state__in=ON_ITS_WAY)),
    )
    return {"came": came, "left": left}
