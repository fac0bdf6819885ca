"""Pages of planned posts: the list, one post, its form, and what is done with it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models.rights import Right
from inbox.notifications.posts import settle_held, settle_seen
from inbox.outbox.checks import Refused
from publishing import display, planning, writing
from publishing.calendar import Period, calendar_of, day_in
from publishing.forms import MomentForm, PostForm
from publishing.models import Part, Picture, Post

_SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})


@require_safe
@agent_required
def posts(request: AgentRequest) -> HttpResponse:
    """Posts by day, those to come first; the address says of which account and how far they are."""
    nav = nav_of(request)
    asked = display.Asked.of(request.GET, nav)
    page = display.page_of(request.user, asked)
    held = planning.held_by_incident(request.user)
    settle_held(request.user)
    context = {
        "page": page, "asked": asked, "held": held, "can_plan": bool(planning.accounts_for(request.user)),
        "lets_go": planning.lets_go(request.user), "section": "publishing",
        "accounts": [account for account in nav.accounts if account.may_publish],
        "is_first": not asked.after, "address": asked.address(), "next": asked.address(after=page.after),
        "view": "list",
    }  # fmt: skip
    return render(request, "publishing/posts.html", context)


@require_safe
@agent_required
def calendar(request: AgentRequest) -> HttpResponse:
    """Posts of a month or a week, day by day; the address says which, of which account, and how far they are."""
    nav = nav_of(request)
    asked, period = display.Asked.of(request.GET, nav), Period.of(request.GET)
    context = {
        "calendar": calendar_of(request.user, asked, period), "period": period, "asked": asked,
        "can_plan": bool(planning.accounts_for(request.user)), "view": period.view, "section": "publishing",
        "accounts": [account for account in nav.accounts if account.may_publish],
        "before": asked.address(view=period.view, on=period.before.isoformat()),
        "after": asked.address(view=period.view, on=period.next.isoformat()),
        "now": asked.address(view=period.view),
    }  # fmt: skip
    return render(request, "publishing/calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def new(request: AgentRequest) -> HttpResponse:
    """Write a post. POST saves it as a draft."""
    accounts = planning.accounts_for(request.user)
    if not accounts:
        return render(request, "publishing/no_account.html", {"section": "publishing"})
    day = day_in(request.GET.get("on", ""))
    return _form(request, PostForm(request.POST or None, request.FILES or None, accounts=accounts, day=day))


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def edit(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Change a post that is not planned. POST saves it as a draft, to be looked at anew."""
    row = _post_for(request, code)
    if not row.is_open:
        raise PermissionDenied
    accounts = planning.accounts_for(request.user)
    return _form(request, PostForm(request.POST or None, request.FILES or None, accounts=accounts, post=row))


@require_safe
@agent_required
def post(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """One post: as it will look on each account, how far it is, what was done with it, and what people said to it."""
    row = _post_for(request, code)
    settle_seen(request.user, row.code, [part.message_id for part in row.parts.all() if part.message_id])
    return _page(request, row)


@require_safe
@agent_required
def post_of_message(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Lead from a row of the outbox to the post it is of. Raises Http404 for one that is not this person's to see."""
    visible = Post.objects.visible_to(request.user)
    row = get_object_or_404(visible, parts__message__code=code)
    return redirect("post", code=row.code)


@require_POST
@agent_required
def act(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Plan, approve, give back, withdraw, move, let go or settle a post: `do` says which."""
    row = _post_for(request, code)
    if not request.user.has(Right.ANSWER):
        raise PermissionDenied
    row.version = _number(request.POST.get("version"), row.version)
    try:
        done = _ACTS[request.POST.get("do", "")](request, row)
    except KeyError:
        raise Http404 from None
    except Refused as error:
        messages.error(request, error.message)
        return redirect("post", code=code)
    except planning.Hinted as error:
        return _page(request, row, hints=error.hints)
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, done)
    return redirect("post", code=code)


@require_POST
@agent_required
def release_all(request: AgentRequest) -> HttpResponse:
    """Let all posts go that an incident holds."""
    if not request.user.has(Right.ANSWER):
        raise PermissionDenied
    count, refused = planning.release_all(request.user)
    for words in dict.fromkeys(error.message for error in refused):
        messages.error(request, words)
    words = ngettext("%(count)d post was let go.", "%(count)d posts were let go.", count)
    if count:
        messages.success(request, words % {"count": count})
    return redirect("posts")


@require_safe
@agent_required
def picture(request: AgentRequest, code: uuid.UUID) -> HttpResponseBase:
    """A picture of a post. Raises Http404 for one that is not this person's to see."""
    found = Picture.objects.filter(code=code, post__in=Post.objects.visible_to(request.user).values("pk")).first()
    if found is None or not found.file.name:
        raise Http404
    mime = found.mime_type if found.mime_type in _SHOWN_TYPES else "application/octet-stream"
    try:
        with found.file.open("rb") as opened:
            response = HttpResponse(opened.read(), content_type=mime)
    except FileNotFoundError as error:
        raise Http404 from error
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return response


# ── what is done ──


def _ask(request: AgentRequest, row: Post) -> str:
    done = planning.ask(row, request.user, request.POST.getlist("anyway"))
    return _("Approval is asked.") if done.state == Post.State.ASKED else _("Planned.")


def _approve(request: AgentRequest, row: Post) -> str:
    planning.approve(row, request.user)
    return _("Approved and planned.")


def _give_back(request: AgentRequest, row: Post) -> str:
    planning.give_back(row, request.user, request.POST.get("comment", ""))
    return _("Given back to its author.")


def _withdraw(request: AgentRequest, row: Post) -> str:
    if not planning.withdraw(row, request.user):
        if planning.may_stand_there(row):
            raise Refused("too_late", _("It may stand there already. Look for it, and say here whether it does."))
        raise Refused("too_late", _("Part of it has left already: that stays. The rest is withdrawn."))
    return _("Withdrawn.")


def _move(request: AgentRequest, row: Post) -> str | HttpResponse:
    form = MomentForm(request.POST)
    if not form.is_valid():
        return _page(request, row, move=form)
    done = planning.move(row, request.user, form.cleaned_data["at"], form.cleaned_data["time_zone"])
    asks_again = row.state == Post.State.PLANNED and done.state == Post.State.ASKED
    return _("Approval is asked.") if asks_again else _("Moved.")


def _release(request: AgentRequest, row: Post) -> str:
    part = _part_of(request, row)
    if part is None or not planning.release(part, request.user):
        raise Refused("too_late", planning.changed_meanwhile())
    return _("It leaves now, or at its moment.")


def _settle(request: AgentRequest, row: Post) -> str:
    part, is_there = _part_of(request, row), request.POST.get("do") == "there"
    if part is None or not planning.settle(part, request.user, is_there=is_there):
        raise Refused("too_late", planning.changed_meanwhile())
    return _("Noted.")


def _part_of(request: AgentRequest, row: Post) -> Part | None:
    wanted = request.POST.get("part", "")
    return next((part for part in row.parts.select_related("account", "message") if str(part.pk) == wanted), None)


_ACTS: dict[str, Any] = {
    "ask": _ask, "approve": _approve, "give_back": _give_back, "withdraw": _withdraw, "move": _move,
    "release": _release, "there": _settle, "not_there": _settle,
}  # fmt: skip


# ── pages ──


def _post_for(request: AgentRequest, code: uuid.UUID) -> Post:
    """Return a post of accounts this person may see. Raises Http404 for any other."""
    row: Post = get_object_or_404(
        Post.objects.visible_to(request.user).select_related("author", "approved_by"), code=code
    )
    return row


def _form(request: AgentRequest, form: PostForm) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = writing.save(form, request.user)
        except Refused as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Saved as a draft."))
            return redirect("post", code=saved.code)
    return render(request, "publishing/edit.html", {"form": form, "post": form.post, "section": "publishing"})


def _page(request: AgentRequest, row: Post, **more: Any) -> HttpResponse:
    found = display.shown_of(row, request.user)
    start = {"clock": row.local_at.strftime("%Y-%m-%dT%H:%M"), "time_zone": row.time_zone}
    context = {"post": row, "shown": found, "move": MomentForm(initial=start), "section": "publishing", **more}
    return render(request, "publishing/post.html", context)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else otherwise
