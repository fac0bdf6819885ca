"""Guidelines and watched words: everybody reads them, leads change them."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from inbox.access import agent_required, right_required
from inbox.library import guidelines as rules
from inbox.models import Event, Guideline, User, WatchedWord
from inbox.models.rights import Right
from inbox.views.library.forms import GuidelineForm, WordForm


@require_safe
@agent_required
def guidelines(request: HttpRequest) -> HttpResponse:
    """All guidelines in use, in full: reading them here counts as having read them."""
    rows = list(rules.newest().order_by("platform", "title", "pk"))
    rules.mark_read([row.version for row in rows if row.version], cast(User, request.user))
    return render(request, "inbox/settings/guidelines.html", {"rows": rows, "section": "writing", "tab": "guidelines"})


@right_required(Right.CANNED)
def guideline_add(request: HttpRequest) -> HttpResponse:
    """A new guideline."""
    return _edit(request, Guideline())


@right_required(Right.CANNED)
def guideline(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """One guideline: its text, and what it said before."""
    return _edit(request, get_object_or_404(Guideline, code=code))


@require_POST
@right_required(Right.CANNED)
def guideline_archive(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """It no longer counts. Its versions stay."""
    row = get_object_or_404(Guideline, code=code)
    row.archived_at = timezone.now()
    row.save(update_fields=["archived_at"])
    Event.note("guideline_archived", actor=request.user, guideline=row.pk)
    return redirect("guidelines")


@agent_required
def words(request: HttpRequest) -> HttpResponse:
    """The lists the guard looks at; leads add to them here."""
    user = cast(User, request.user)
    if request.method == "POST" and not user.has(Right.CANNED):
        raise PermissionDenied
    form = WordForm(request.POST or None, initial={"kind": WatchedWord.Kind.CLICHE})
    if request.method == "POST" and form.is_valid():
        word = form.save()
        Event.note("word_added", actor=user, kind=word.kind, word=word.pk)
        messages.success(request, _("Saved."))
        return redirect("words")
    found = list(WatchedWord.objects.all())
    lists = [(title, [word for word in found if word.kind == kind]) for kind, title in WatchedWord.Kind.choices]
    return render(
        request, "inbox/settings/words.html", {"lists": lists, "form": form, "section": "writing", "tab": "words"}
    )


@require_POST
@right_required(Right.CANNED)
def word_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Off the list."""
    word = get_object_or_404(WatchedWord, pk=pk)
    Event.note("word_removed", actor=request.user, kind=word.kind, word=word.pk)
    word.delete()
    return redirect("words")


def _edit(request: HttpRequest, row: Guideline) -> HttpResponse:
    versions = list(row.versions.select_related("by")) if row.pk else []
    initial = {"text": versions[0].text} if versions else {}
    form = GuidelineForm(request.POST or None, instance=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        rules.write(form.save(commit=False), form.cleaned_data["text"], cast(User, request.user))
        messages.success(request, _("Saved. It is marked as new for everyone until they have read it."))
        return redirect("guidelines")
    context = {"form": form, "row": row, "versions": versions, "section": "writing"}
    return render(request, "inbox/settings/guideline_edit.html", context)
