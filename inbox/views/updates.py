"""What changed since the page was made: the catch-up behind the live connection, and its replacement without one."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from inbox import live, presence
from inbox.access import agent_required
from inbox.frame import nav_of
from inbox.http import AgentRequest
from inbox.models import Conversation, Message
from inbox.views import showing

_MANY = 60  # more changed than this (a night asleep): the list is simply asked for again


@require_safe
@agent_required
def updates(request: AgentRequest) -> HttpResponse:
    """Rows and counts of what changed since `since`; 204 when nothing did. Access is asked for anew every time."""
    given = request.GET.get("since", "")
    codes, token = live.changed_since(int(given) if given.isdecimal() else 0, request.user)
    if not codes:
        return HttpResponse(status=204, headers={"X-Token": str(token)})
    scope, nav = showing.scope_of(request), nav_of(request)
    changed: list[Conversation] = []
    within: set[int] = set()
    if len(codes) <= _MANY:
        rows = Conversation.objects.filter(code__in=codes, account__in=[account.pk for account in nav.accounts])
        # When it reached us: the platform's own time may be whole seconds, or minutes before a poll found it.
        heard = Message.objects.filter(conversation=OuterRef("pk"), direction=Message.Direction.INBOUND)
        arrived = Subquery(heard.order_by("-received_at").values("received_at")[:1])
        changed = list(rows.for_list(request.user).annotate(arrived_at=arrived))
        presence.mark(changed, reader=request.user)
        within = set(scope.select(request.user, nav.accounts).filter(code__in=codes).values_list("pk", flat=True))
    context = {
        "scope": scope,
        "token": token,
        "many": len(codes) > _MANY,
        "codes": codes,
        "total": showing.total_of(request, scope),
        "here": [row for row in changed if row.pk in within],
        "gone": [row for row in changed if row.pk not in within],
    }
    return render(request, "inbox/_updates.html", context)
