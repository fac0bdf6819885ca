"""Pages of what was found."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from inbox.access import agent_required
from inbox.http import AgentRequest
from inbox.models import Conversation
from monitoring.feeds.models import Feed
from monitoring.hits import links, listing, settling, taking_up
from monitoring.hits.forms import LinkForm
from monitoring.queries.models import Query
from webcare.lib.text import is_uuid


@require_safe
@agent_required
def posts(request: AgentRequest) -> HttpResponse:
    """What queries found, newest first: to look at, or everything."""
    queries = listing.queries_of(request.user)
    asked = listing.Asked.of(request.GET.dict(), queries)
    after = request.GET.get("after", "")
    found = listing.page_of(request.user, asked, queries, after)
    context = {
        "asked": asked,
        "found": found,
        "next": urlencode({**{name: value for name, value in asked.values.items() if value}, "after": found.after}),
        "is_first": not after,
        "queries": queries,
        "sources": listing.sources(),
        "languages": Query.Language.choices,
        "moods": Conversation.Mood.choices,
        "to_see": listing.to_see(request.user),
        "most": listing.MOST_COUNTED,
        "has_feeds": Feed.objects.exists(),
        "section": "monitoring",
        "part": "posts",
    }
    return render(request, "monitoring/posts.html", context)


@require_POST
@agent_required
def settle(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Say what became of one post; without an outcome it is put back."""
    if listing.post_for(request.user, code, []) is None:
        raise Http404
    outcome = request.POST.get("outcome", "")
    if not outcome:
        settling.reopen([code], request.user)
    else:
        _settle([str(code)], request, outcome)
    if request.htmx:
        context = {"post": listing.post_for(request.user, code), "section": "monitoring"}
        return render(request, "monitoring/_post.html", context)
    return _back(request)


@require_POST
@agent_required
def settle_shown(request: AgentRequest) -> HttpResponse:
    """Say that nothing is to be done about the posts that were shown."""
    codes = [code for code in request.POST.getlist("post")[: listing.SHOWN] if is_uuid(code)]
    n = _settle(codes, request, "nothing")
    words = ngettext("%(n)s post put away as seen.", "%(n)s posts put away as seen.", n)
    messages.success(request, words % {"n": n})
    return _back(request)


@require_POST
@agent_required
def take(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Take a post up: it becomes a conversation, and mine where nobody has it."""
    post = listing.post_for(request.user, code, [])
    if post is None:
        raise Http404
    try:
        return redirect(taking_up.take_up(post, request.user))
    except taking_up.CannotTakeUp as refused:
        messages.error(request, refused.message)
        return _back(request)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def link(request: AgentRequest) -> HttpResponse:
    """Take up what stands at an address somebody found: its title is asked for, or typed."""
    form = LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            taken = links.take_up_address(form.cleaned_data["address"], form.cleaned_data["title"], request.user)
        except taking_up.CannotTakeUp as refused:
            form.add_error(None, refused.message)
        else:
            if taken is not None:
                return redirect(taken)
            form.add_error("title", _("The page did not tell what it is called. Write that yourself."))
    return render(request, "monitoring/link.html", {"form": form, "section": "monitoring", "part": "posts"})


def _settle(codes: list[str], request: AgentRequest, outcome: str) -> int:
    try:
        return settling.settle(codes, request.user, outcome)
    except ValueError:
        raise Http404 from None


def _back(request: AgentRequest) -> HttpResponse:
    """Go back to the list as it was narrowed."""
    asked = listing.Asked.of(request.POST.dict(), listing.queries_of(request.user))
    return redirect(f"{reverse('monitoring')}?{asked.address}" if asked.address else reverse("monitoring"))
