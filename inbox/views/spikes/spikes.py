"""Spikes: those there were, what people say in one, and how each account is watched."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inbox.access import agent_required, right_required
from inbox.http import AgentRequest
from inbox.incidents.groups import MOST, grouped, shared_words, wrote_between
from inbox.models import Event, Spike, SpikeWatch
from inbox.models.rights import Right
from inbox.notifications.unread import settle_spike
from inbox.spikes.baseline import HOUR
from inbox.views.spikes.forms import WatchForm
from webcare.lib.cursor import cursor_of, cursor_values, rows_after

PAGE = 30
WORDS = 8
_NEWEST = ("-began_at", "-id")


@require_safe
@right_required(Right.INCIDENTS)
def listed(request: AgentRequest) -> HttpResponse:
    """Every spike of the accounts one sees, newest first, and how each of these is watched."""
    accounts = request.user.visible_accounts()
    rows = Spike.objects.filter(account__in=accounts.order_by().values("pk")).select_related("account")
    start = cursor_values(request.GET.get("after", ""), _NEWEST)
    if start:
        rows = rows.filter(rows_after(_NEWEST, start))
    found = list(rows.defer("account__sealed_credentials").order_by(*_NEWEST)[: PAGE + 1])
    context = {
        "rows": found[:PAGE],
        "after": cursor_of(found[PAGE - 1], _NEWEST) if len(found) > PAGE else "",
        "is_first": not start,
        "accounts": accounts.select_related("spike_watch").prefetch_related("spike_watch__people"),
        "section": "notices",
    }
    return render(request, "inbox/spikes/spikes.html", context)


@require_safe
@agent_required
def spike(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """What people said while it lasted, in groups, with the words they share."""
    visible = Spike.objects.filter(account__in=request.user.visible_accounts().order_by().values("pk"))
    row = get_object_or_404(visible.select_related("account").defer("account__sealed_credentials"), code=code)
    if not request.user.has(Right.INCIDENTS):
        raise PermissionDenied
    settle_spike(request.user, row)
    until = min(row.over_at or timezone.now(), row.began_at + timedelta(hours=12))
    cases = wrote_between(request.user, row.account_id, row.began_at - HOUR, until)
    if row.kind == Spike.Kind.NEGATIVE:
        cases = [case for case in cases if case.conversation.mood in ("angry", "annoyed")]
    words = shared_words(cases, WORDS)
    context = {
        "spike": row,
        "groups": grouped(cases, apart_angry=row.kind != Spike.Kind.NEGATIVE),
        "number": len(cases),
        "is_capped": len(cases) == MOST,
        "words": words,
        "asked_words": ", ".join(words[:3]),
        "section": "notices",
    }
    return render(request, "inbox/spikes/spike.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def watch(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """How one account is watched."""
    account = get_object_or_404(request.user.visible_accounts(), code=code)
    if not request.user.has(Right.INCIDENTS):
        raise PermissionDenied
    row = SpikeWatch.objects.filter(account=account).first() or SpikeWatch(account=account)
    form = WatchForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        form.save()
        Event.note("spike_watch_changed", actor=request.user, account=account, now=row.sensitivity)
        messages.success(request, _("Saved."))
        return redirect("spikes")
    return render(request, "inbox/spikes/watch.html", {"form": form, "account": account, "section": "notices"})
