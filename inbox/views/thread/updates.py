"""What changed since the page was made: the catch-up behind the live connection, and its replacement without one."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.lists.queues import attach_shown
from inbox.live import announce
from inbox.models import Conversation, Message
from inbox.undo.bar import bar_of
from inbox.views import page
from webcare.lib.prepared import AnyOf, NoneOf, Prepared
from webcare.lib.text import is_uuid

_MANY = 60  # more changed than this: rows are not sent one by one, the list is offered anew


@require_safe
@agent_required
def updates(request: AgentRequest) -> HttpResponse:
    """Rows and counts of what changed since `since`; 204 when nothing did. Access is asked for anew every time.

    `undo` is what the page's bar shows: another one is news too, since an act is kept after what it changed. More than
    can be named, or an unknown token, is said as `data-all`: list and thread are asked anew.
    """
    since = request.GET.get("since", "")
    changes = announce.changed_since(int(since) if since.isdecimal() and len(since) < 20 else 0, request.user)
    bar = bar_of(request.user)
    shown = bar.state if bar else ""
    lost = _lost(request)
    if not (changes.codes or lost) and request.GET.get("undo", shown) == shown:
        return HttpResponse(status=204, headers={"X-Token": str(changes.token)})
    codes = [] if changes.more else changes.codes
    scope, nav = page.scope_of(request), nav_of(request)
    changed: list[Conversation] = []
    within: set[int] = set()
    if 0 < len(codes) <= _MANY:
        changed = _changed(
            codes=codes, accounts=[row.pk for row in nav.readable], closed=list(request.user.closed_teams)
        )
        attach_shown(changed, request.user, nav.readable)
        within = scope.those_within(request.user, nav.readable, codes)
    context = {
        "scope": scope,
        "undo_bar": bar,
        "token": changes.token,
        "many": _MANY if len(codes) > _MANY else 0,
        "all": changes.more,
        "codes": codes,
        "lost": lost,
        "people": changes.people,
        **page.length_of(request, scope),
        "here": [row for row in changed if row.pk in within],
        "gone": [row for row in changed if row.pk not in within],
    }
    return render(request, "inbox/list/_updates.html", context)


def _lost(request: AgentRequest) -> list[str]:
    """Return which rows of the page (`rows=`) are out of its reader's sight by now: a closed team got them."""
    shown = [code for code in request.GET.get("rows", "").split(",")[:_MANY] if is_uuid(code)]
    if not shown or not request.user.closed_teams:
        return []
    visible = Conversation.objects.visible_to(request.user).filter(code__in=shown).values_list("code", flat=True)
    return sorted(set(shown) - set(map(str, visible)))


@Prepared
def _changed() -> Any:
    """Rows of a list, each with `arrived_at`: when its newest message reached us.

    The platform's own time may be whole seconds, or minutes before a poll found it.
    """
    inbound = Message.objects.filter(conversation=OuterRef("pk"), direction=Message.Direction.INBOUND)
    arrived = Subquery(inbound.order_by("-received_at").values("received_at")[:1])
    rows = Conversation.objects.filter(NoneOf("team_id", "closed"), code=AnyOf("codes"), account=AnyOf("accounts"))
    return rows.for_list().annotate(arrived_at=arrived)
