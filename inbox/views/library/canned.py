"""The library of canned replies: everybody keeps their own, leads keep what is shared."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox.access import agent_required, message_for
from inbox.automation import reply_hints, rules
from inbox.composer.reusable import reusable
from inbox.library import canned
from inbox.models import CannedReply, Event, Message, User
from inbox.models.rights import Right
from inbox.views.library.forms import CannedForm, CannedTexts
from webcare.lib.text import is_uuid


@require_safe
@agent_required
def replies(request: HttpRequest) -> HttpResponse:
    """Every canned reply somebody may see, with its use; those to look at again first."""
    user = cast(User, request.user)
    found = canned.with_usage(canned.manageable_by(user), user).select_related("owner", "team", "label")
    found = found.prefetch_related("accounts", "texts")
    rows = sorted(found, key=lambda row: (row.archived_at is not None, not canned.is_overdue(row), row.title.lower()))
    for row in rows:
        row.changeable = canned.may_change(row, user)
        row.overdue = canned.is_overdue(row) and row.archived_at is None
        row.share = round(100 * row.as_it_stood / row.used) if row.used else None
    return render(request, "inbox/settings/canned_list.html", {"rows": rows, "section": "writing", "tab": "canned"})


@agent_required
def add(request: HttpRequest) -> HttpResponse:
    """A new canned reply; with `answer`, from the text of an answer that was given."""
    user = cast(User, request.user)
    code = request.GET.get("answer")
    if code and not is_uuid(code):
        raise Http404
    answer = message_for(request, code) if code and request.method != "POST" else None
    if answer and (answer.direction != Message.Direction.OUTBOUND or answer.removed_at):
        raise Http404
    row = CannedReply(owner=user, scope="all" if user.has(Right.CANNED) else "private")
    return _edit(request, row, reusable(answer) if answer else "")


@agent_required
def edit(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """One canned reply with all its wordings."""
    return _edit(request, _changeable(request, code))


@require_POST
@agent_required
def archive(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Put it away, or take it back. What was sent keeps its figures."""
    row = _changeable(request, code)
    row.archived_at = None if row.archived_at else timezone.now()
    row.save(update_fields=["archived_at", "updated_at"])
    Event.note("canned_archived" if row.archived_at else "canned_restored", actor=request.user, canned=row.pk)
    return redirect("canned_library")


def _edit(request: HttpRequest, row: CannedReply, text: str = "") -> HttpResponse:
    form = CannedForm(request.POST or None, request.FILES or None, instance=row, user=cast(User, request.user))
    texts = CannedTexts(request.POST or None, instance=row, initial=[{"text": text}] if text else None)
    if request.method == "POST" and form.is_valid() & texts.is_valid():
        saved = form.save()
        texts.instance = saved
        texts.save()
        Event.note("canned_changed", actor=request.user, canned=saved.pk)
        messages.success(request, _("Saved. Everybody uses the new text from now on."))
        return redirect("canned_library")
    user = cast(User, request.user)
    sending = rules.visible_to(user).filter(is_on=True) if user.has(Right.RULES) else ()
    context = {
        "form": form,
        "texts": texts,
        "row": row,
        "variables": canned.VARIABLES,
        "section": "writing",
        "from_answer": text,
        "sent_by": reply_hints.rules_that_send(row, sending),
    }
    return render(request, "inbox/settings/canned_edit.html", context)


def _changeable(request: HttpRequest, code: uuid.UUID) -> CannedReply:
    user = cast(User, request.user)
    row: CannedReply | None = canned.manageable_by(user).filter(code=code).first()
    if row is None:
        raise Http404
    if not canned.may_change(row, user):
        raise PermissionDenied
    return row
