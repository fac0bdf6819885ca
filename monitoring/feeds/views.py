"""The page of feeds: which are read along, and adding one by the address of its site."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inbox.access import lead_required
from inbox.automation.posting import may_be_told
from inbox.http import AgentRequest
from monitoring.feeds import subscribing, web
from monitoring.feeds.forms import FeedForm
from monitoring.feeds.models import Feed


@require_http_methods(["GET", "HEAD", "POST"])
@lead_required
def feeds(request: AgentRequest) -> HttpResponse:
    """Every feed with how it goes, and a form for another one."""
    form = FeedForm(request.POST or None)
    offer = None
    if request.method == "POST" and form.is_valid():
        offer = _look_at(form)
        if offer is not None and offer.is_feed:
            return _added(request, form, offer)
    rows = Feed.objects.defer("body").annotate(
        found=Count("posts", filter=Q(posts__found_at__isnull=False)), read=Count("posts")
    )
    context = {"form": form, "offer": offer, "rows": rows, "section": "monitoring", "part": "feeds"}
    return render(request, "monitoring/feeds.html", context)


@require_POST
@lead_required
def remove(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Read a feed along no longer."""
    feed = get_object_or_404(Feed.objects.defer("body"), code=code)
    subscribing.remove(feed, request.user)
    messages.success(request, _("%(feed)s is no longer read along.") % {"feed": feed.title})
    return redirect("monitoring_feeds")


def _look_at(form: FeedForm) -> subscribing.Offer | None:
    """Return what stands at the address; None, with the reason in the form, where nothing can be had."""
    address = form.cleaned_data["address"]
    try:
        URLValidator(schemes=("http", "https"))(subscribing.with_scheme(address))
    except ValidationError:
        if not may_be_told(address):
            form.add_error("address", _("This is no address of a site."))
            return None
    try:
        offer = subscribing.look_at(address)
    except web.CannotRead as error:
        form.add_error("address", str(Feed.Problem(error.problem).label))
        return None
    if not offer.is_feed and not offer.named:
        form.add_error("address", _("This page names no feed. Look on the site for RSS, and give that address."))
        return None
    if not offer.is_feed and len(offer.named) == 1:
        return _only_one(form, offer)
    return offer


def _only_one(form: FeedForm, offer: subscribing.Offer) -> subscribing.Offer | None:
    """Return the one feed that a page names."""
    try:
        found = subscribing.look_at(offer.named[0].url)
    except web.CannotRead as error:
        form.add_error("address", str(Feed.Problem(error.problem).label))
        return None
    if not found.is_feed:
        form.add_error("address", str(Feed.Problem.NO_FEED.label))
        return None
    return found


def _added(request: AgentRequest, form: FeedForm, offer: subscribing.Offer) -> HttpResponse:
    feed, is_new = subscribing.add(offer.url, offer.title, form.cleaned_data["kind"], request.user)
    words = _("%(feed)s is read along from now on.") if is_new else _("%(feed)s was read along already.")
    messages.success(request, words % {"feed": feed.title})
    return redirect("monitoring_feeds")
