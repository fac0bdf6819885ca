"""Where admins write the public page, see it before anybody else does, and copy what refers to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from inbox.access import right_required
from inbox.http import AgentRequest
from inbox.models import Event, User
from inbox.models.rights import Right
from reports.promise import bio, measured
from reports.promise.forms import PromiseForm
from reports.promise.models import PromisePage
from reports.promise.page import Page, build
from reports.promise.public import brand_sheet

_LONG = ("headline", "intro", "rules", "complaints")


class Bio(NamedTuple):
    """A text to copy for a channel's profile."""

    platform: str
    language: str
    text: str
    most: int

    @property
    def code(self) -> str:
        """What the copy button finds it by."""
        return f"bio-{self.platform}-{self.language}"


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.ORGANISATION)
def promise_settings(request: AgentRequest) -> HttpResponse:
    """The form, and what to copy. POST saves."""
    form = PromiseForm(request.POST or None, instance=PromisePage.current())
    if request.method == "POST" and form.is_valid():
        _save(form, request.user)
        messages.success(request, _("Saved. Visitors see it within a minute."))
        return redirect("promise_settings")
    page = build(translation.get_language() or "nl")
    address = urljoin(settings.PUBLIC_URL, reverse("promise"))
    context = {
        "form": form,
        "is_public": PromisePage.current().is_public,
        "address": address,
        "iframe": format_html(
            '<iframe src="{}" width="380" height="64" title="{}"></iframe>',
            urljoin(settings.PUBLIC_URL, reverse("promise_badge")),
            _("How fast %(name)s answers") % {"name": page.name},
        ),
        "picture": format_html(
            '<a href="{}"><img src="{}" alt="{}"></a>',
            address,
            urljoin(settings.PUBLIC_URL, reverse("promise_badge_svg")),
            _("How fast %(name)s answers") % {"name": page.name},
        ),
        "page": page,
        "channel": page.channel(""),
        "bios": list(_bios()),
        "section": "writing",
        "tab": "promise",
    }
    return render(request, "reports/promise/settings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@right_required(Right.ORGANISATION)
def promise_preview(request: AgentRequest) -> HttpResponse:
    """The page as it would be: as saved, or as filled in and not saved."""
    row = PromisePage.current()
    if request.method == "POST":
        form = PromiseForm(request.POST, instance=row)
        if not form.is_valid():
            return render(request, "reports/promise/wrong.html", {"form": form}, status=422)
        row = form.instance
    asked = request.GET.get("lang", "")
    language = asked if asked in dict(settings.LANGUAGES) else translation.get_language() or "nl"
    with translation.override(language):
        page = build(language, row)
        shown = {"page": page, "language": language, "channel": page.channel(""), "is_preview": True}
        return render(request, "reports/promise/page.html", shown)


@require_safe
@right_required(Right.ORGANISATION)
def promise_preview_css(request: AgentRequest) -> HttpResponse:
    """The colour of a preview, which is not saved."""
    form = PromiseForm({"colour": request.GET.get("colour", "")})
    form.is_valid()
    row = PromisePage(colour=form.cleaned_data["colour"]) if "colour" not in form.errors else PromisePage.current()
    return HttpResponse(brand_sheet(build("nl", row)), content_type="text/css; charset=utf-8")


def _bios() -> Iterator[Bio]:
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            page: Page = build(language)
            for channel in page.channels:
                yield Bio(channel.platform, language, bio.text_for(channel), bio.longest(channel.platform))


@transaction.atomic
def _save(form: PromiseForm, by: User) -> None:
    """Save the page, and measure where it has just been switched on."""
    form.save()
    if form.changed_data:
        Event.note("promise_changed", actor=by, changed=sorted(form.changed_data))
    if "is_public" in form.changed_data:
        measured.measure(timezone.localdate())
