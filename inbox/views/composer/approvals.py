"""A second person looks at a public picture: it goes, or it goes back to its author."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox.access import agent_required, message_for, number_in
from inbox.http import AgentRequest
from inbox.outbox import approval, checks
from inbox.views import page


@require_POST
@agent_required
def approve(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Approve a colleague's answer, as it stood when this page was made."""
    message = message_for(request, code, write=True)
    seen = request.POST.get("seen", "")
    try:
        gone = approval.approve(message, request.user, seen=number_in(seen) if seen else None)
    except checks.Refused as refused:
        return page.updated_thread(request, page.page_of(request, message), say=refused.message)
    except checks.Overtaken:
        say = _("Not sent: something came in after you opened this. Read it, then approve.")
        return page.updated_thread(request, page.page_of(request, message), say=say)
    say = _("Approved.") if gone else _("That was decided already.")
    return page.updated_thread(request, page.page_of(request, message), say=say)


@require_POST
@agent_required
def give_back(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Return it with a comment; the text is its author's draft again."""
    message = message_for(request, code, write=True)
    try:
        back = approval.give_back(message, request.user, request.POST.get("comment", "")[:2000])
    except checks.Refused as refused:
        return page.updated_thread(request, page.page_of(request, message), say=refused.message)
    say = _("Given back.") if back else _("That was decided already.")
    return page.updated_thread(request, page.page_of(request, message), say=say)
