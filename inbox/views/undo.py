"""Undo: a person's own last act, asked from the bar that stands on every page."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh, trigger_client_event

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.models import Draft, Message, UndoableAct
from inbox.undo import reversal
from inbox.undo.bar import bar_after, bar_of
from inbox.undo.record import Kind
from inbox.views import next_conversation
from inbox.views import page as views_page
from inbox.views.composer import replies


@require_POST
@agent_required
def take_back(request: AgentRequest) -> HttpResponse:
    """Undo the act that the bar named; say in the same place what became of it."""
    try:
        code = uuid.UUID(request.POST.get("act", ""))
        act = reversal.undo(code, request.user)
    except ValueError:
        raise Http404 from None
    except UndoableAct.DoesNotExist:
        if UndoableAct.objects.filter(code=code).exists():
            raise Http404 from None  # a colleague's
        return _bar(request)  # a later act took its place, perhaps a moment ago: the bar says which
    if act.kind == Kind.SEND and act.outcome == reversal.Outcome.UNDONE and act.message is not None:
        return _to_composer(request, act, act.message)
    if not request.htmx:
        return redirect(_page(request))
    if act.kind in (Kind.LINK, Kind.UNLINK) and act.outcome == reversal.Outcome.UNDONE:
        return HttpResponseClientRefresh()  # who the customer is stands all over the page
    response = _bar(request, act)
    changed = str(act.conversation.code) if act.conversation else ""
    return trigger_client_event(response, "conversationChanged", {"code": changed})


def _bar(request: AgentRequest, act: UndoableAct | None = None) -> HttpResponse:
    if not request.htmx:
        return redirect(_page(request))
    return render(
        request, "_undo.html", {"undo_bar": bar_of(request.user) or (bar_after(act, request.user) if act else None)}
    )


def _to_composer(request: AgentRequest, act: UndoableAct, message: Message) -> HttpResponse:
    """Give an answer's words back to its author, on the page it was written on."""
    code = act.about.get("on", "")
    newer = _newer_words(request, act)
    if not request.htmx:
        return replies.to_composer(request, message, code, newer=newer, show=views_page.pane)
    if _is_inbox(request):
        return replies.to_composer(request, message, code, newer=newer, show=next_conversation.return_to)
    replies.to_composer(request, message, code, newer=newer, show=views_page.pane)  # the draft is what it is kept in
    return HttpResponseClientRedirect(f"/inbox/{code}/")


def _newer_words(request: AgentRequest, act: UndoableAct) -> str:
    """What somebody began to write there meanwhile: no word of it is lost."""
    if request.POST.get("typed_in") == act.about.get("on"):
        return request.POST.get("text", "")
    draft = Draft.objects.filter(conversation__code=act.about.get("on"), user=request.user).first()
    return draft.text if draft else ""


def _is_inbox(request: AgentRequest) -> bool:
    """Whether the page this was asked from has a place for a conversation."""
    page = (request.htmx.current_url_abs_path or "").partition("?")[0]
    try:
        return resolve(page).url_name in ("inbox", "conversation")
    except Resolver404:
        return False


def _page(request: AgentRequest) -> str:
    page = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if safe and page.startswith("/") else "/inbox/"
