"""An approver without an account: a lead makes a link, and whoever has it decides about one answer."""

from __future__ import annotations

import uuid

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.access import agent_required, message_for, number_in
from inbox.composer.approving import hints_of, stop_of
from inbox.http import AgentRequest
from inbox.models import Approval, ApprovalLink, Message
from inbox.outbox import approval_link, checks
from inbox.outbox.approval_files import files_of, mark_of
from inbox.outbox.drafts import LONGEST
from inbox.team.attempts import TooManyAttempts, attempt_with_link
from inbox.text.difference import difference
from inbox.views.files import stored_file

_COMMENT = 2000


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def links(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """The links to one answer that waits. POST makes one."""
    message = _message_for(request, code)
    refused = ""
    if request.method == "POST":
        try:
            approval_link.make(message, request.user, request.POST.get("name", ""))
            return redirect("message_links", code)
        except checks.Refused as error:
            refused = error.message
    found = ApprovalLink.objects.filter(approval__message=message).select_related("made_by").order_by("-pk")
    waits = Approval.objects.waiting().filter(message=message).exists()
    shown = [(link, _address(request, link) if waits and link.is_usable else "") for link in found]
    context = {"message": message, "conversation": message.conversation, "links": shown, "waits": waits}
    return render(request, "inbox/thread/approval_links.html", context | {"refused": refused})


@require_POST
@agent_required
def revoke(request: AgentRequest, code: uuid.UUID, link: uuid.UUID) -> HttpResponse:
    """Let a link work no more."""
    message = _message_for(request, code)
    found = get_object_or_404(ApprovalLink.objects.select_related("approval__message"), code=link)
    if found.approval.message_id != message.pk:
        raise Http404
    approval_link.revoke(found, request.user)
    return redirect("message_links", code)


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, token: str) -> HttpResponse:
    """Show one answer to whoever has its link. Only POST decides."""
    attempt = attempt_with_link(request)
    try:
        attempt.begin()
    except TooManyAttempts as stopped:
        response = _page(request, {"gone": True}, status=429)
        response["Retry-After"] = str(stopped.seconds)
        return response
    link = approval_link.find(token)
    if link is None:
        return _page(request, {"gone": True}, status=410)
    attempt.succeed()
    return _decided(request, link, token) if request.method == "POST" else _asked(request, link, token)


@require_safe
def file(request: HttpRequest, token: str, code: uuid.UUID) -> HttpResponseBase:
    """One file of the answer, for whoever has its link, as long as the link decides. Nobody keeps it."""
    attempt = attempt_with_link(request)
    try:
        attempt.begin()
    except TooManyAttempts as stopped:
        return _unseen(HttpResponse(status=429, headers={"Retry-After": str(stopped.seconds)}))
    link = approval_link.find(token)
    found = approval_link.file_of(link, code) if link else None
    if found is None:
        return _unseen(HttpResponse(status=410))
    attempt.succeed()
    try:
        return _unseen(stored_file(request, found))
    except FileNotFoundError:  # deleted just then
        return _unseen(HttpResponse(status=410))


def _message_for(request: AgentRequest, code: uuid.UUID) -> Message:
    """Return a visible answer for a lead. Raises Http404, and PermissionDenied for other colleagues.

    Its author sees no address either: that would be approving one's own answer.
    """
    message = message_for(request, code, write=True)
    if not request.user.is_lead or message.author_id == request.user.pk:
        raise PermissionDenied
    return message


def _decided(request: HttpRequest, link: ApprovalLink, token: str) -> HttpResponse:
    try:
        if request.POST.get("do") == "back":
            comment = request.POST.get("comment", "")[:_COMMENT]
            done = _("You gave it back.") if approval_link.give_back(link, comment) else ""
        else:
            seen, text = number_in(request.POST.get("seen")), request.POST.get("text")
            text = text[:LONGEST] if text is not None else None
            words = link.approval.written if text is None else text
            if say := stop_of(link.approval.message, words, request.POST.getlist("anyway")):
                return _asked(request, link, token, refused=say)
            files = request.POST.get("files", "")
            approved = approval_link.approve(link, seen=seen, files=files, text=text)
            done = _("You approved it. It leaves now.") if approved else ""
    except checks.Refused as refused:
        return _asked(request, link, token, refused=refused.message)
    except checks.Overtaken:
        return _asked(request, link, token, refused=_("Something came in after you opened this. Read it, then decide."))
    return _page(request, {"gone": not done, "done": done}, status=200 if done else 410)


def _asked(request: HttpRequest, link: ApprovalLink, token: str, refused: str = "") -> HttpResponse:
    answer = link.approval.message
    seen = approval_link.newest_in(answer)  # asked first: what comes in from here on was not seen
    before, files = approval_link.messages_before(answer), files_of(answer)
    text = request.POST.get("text", link.approval.written)[:LONGEST]
    context = {
        "link": link,
        "answer": answer,
        "token": token,
        "files": files,
        "files_mark": mark_of(files),
        "before": before,
        "hints": hints_of(answer, text),
        "seen": seen,
        "text": text,
        "comment": request.POST.get("comment", "")[:_COMMENT],
        "pieces": difference(link.approval.written, text) if text != link.approval.written else [],
        "author": answer.author.first_name if answer.author else "",
        "refused": refused,
        "may_edit": answer.template is None and bool(answer.text) and not answer.parts.exists(),
    }
    return _page(request, context)


def _page(request: HttpRequest, context: dict[str, object], status: int = 200) -> HttpResponse:
    """Return a page that nobody finds, keeps, or comes from."""
    response = render(request, "inbox/approval_by_link.html", context, status=status)
    _unseen(response)
    response["Referrer-Policy"] = "same-origin"  # without one the form's origin is "null", and refused
    return response


def _unseen(response: HttpResponseBase) -> HttpResponseBase:
    """Let nobody find or keep an answer."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    patch_cache_control(response, no_store=True, private=True)
    return response


def _address(request: AgentRequest, link: ApprovalLink) -> str:
    return request.build_absolute_uri(reverse("approval_by_link", args=[approval_link.token_of(link)]))
