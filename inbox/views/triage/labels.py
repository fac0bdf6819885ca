"""Labels and teams: on a conversation, and the pages where leads keep them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from inbox.access import agent_required, conversation_for, right_required
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models import Conversation, Label, Team, User
from inbox.models.rights import Right
from inbox.triage import labels as rules
from inbox.triage import team_leads
from inbox.undo.record import Act, Kind, repeat_form_of
from inbox.views import page
from inbox.views.next_conversation import next_in_list, open_next
from inbox.views.triage.label_forms import LabelForm, TeamForm
from webcare.lib.text import is_uuid


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def labels(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Put a label on, or take it off when it is there; leads make new ones here. With GET: which there are."""
    conversation = conversation_for(request, code, write=True)
    if request.method == "POST":
        label = _chosen(request)
        put = _do(request, conversation, Kind.LABEL, rules.add_label, label)
        if not put and "only" not in request.POST:
            _do(request, conversation, Kind.UNLABEL, rules.remove_label, label)
        return page.updated_thread(request, code)
    carried = set(conversation.labels.values_list("pk", flat=True))
    context: dict[str, Any] = {"conversation": conversation, "carried": carried, "labels": nav_of(request).labels}
    return render(request, "inbox/thread/_labels.html" if request.htmx else "inbox/thread/labels.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def team(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Give a conversation to a team, or to none. With GET: which there are."""
    conversation = conversation_for(request, code, write=True)
    if request.method == "POST":
        team_code = request.POST.get("team", "")
        if team_code and not is_uuid(team_code):
            raise Http404
        chosen = get_object_or_404(Team, code=team_code, archived_at=None) if team_code else None
        act = Act(request.user, Kind.TEAM, to=chosen.name if chosen else "", repeat=repeat_form_of(request, Kind.TEAM))
        following = next_in_list(request, conversation)
        act.change(conversation, partial(rules.give_to_team, conversation, chosen, request.user))
        act.keep()
        if conversation.team_id in request.user.closed_teams:  # it is out of sight now
            return open_next(request, following, code)
        return page.updated_thread(request, code)
    context = {"conversation": conversation, "teams": nav_of(request).all_teams}
    return render(request, "inbox/thread/_team.html" if request.htmx else "inbox/thread/team.html", context)


@right_required(Right.SETUP)
def labels_settings(request: AgentRequest) -> HttpResponse:
    """Every label, and a new one."""
    return _settings(request, LabelForm, Label(), "labels")


@right_required(Right.SETUP)
def teams_settings(request: AgentRequest) -> HttpResponse:
    """Every team, and a new one."""
    return _settings(request, TeamForm, Team(), "teams")


@right_required(Right.SETUP)
def label_edit(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """One label."""
    return _settings(request, LabelForm, get_object_or_404(Label, code=code), "labels")


@right_required(Right.SETUP)
def team_edit(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """One team, and who is in it."""
    return _settings(request, TeamForm, get_object_or_404(_teams_kept_by(request.user), code=code), "teams")


@require_POST
@right_required(Right.SETUP)
def archive(request: AgentRequest, kind: str, code: uuid.UUID) -> HttpResponse:
    """Out of use, or back into it."""
    kept = {"labels": Label.objects.all(), "teams": _teams_kept_by(request.user)}.get(kind)
    if kept is None:
        raise Http404
    row: Any = get_object_or_404(kept, code=code)
    rules.archive(row, request.user)
    return redirect(f"{kind}_settings")


def _teams_kept_by(user: User) -> QuerySet[Team]:
    """The teams somebody may change: a closed one is its own leads' and admins'."""
    return Team.objects.exclude(pk__in=user.closed_teams)


def _do(
    request: AgentRequest, conversation: Conversation, kind: Kind, change: Callable[..., bool], label: Label
) -> bool:
    act = Act(request.user, kind, label=label.name, repeat=repeat_form_of(request, kind))
    changed = act.change(conversation, partial(change, conversation, label, request.user))
    act.keep()
    return changed


def _chosen(request: AgentRequest) -> Label:
    name = " ".join(request.POST.get("new", "").replace("\x00", "").split())[:40]
    if not name:
        label_code = request.POST.get("label", "")
        if not is_uuid(label_code):
            raise Http404
        return get_object_or_404(Label, code=label_code, archived_at=None)
    known = Label.objects.filter(name__iexact=name, archived_at=None).first()
    if known:
        return known
    if not request.user.has(Right.SETUP):
        raise PermissionDenied
    label = Label(name=name)
    rules.save(label, request.user)
    return label


def _settings(request: AgentRequest, form_class: Any, row: Label | Team, kind: str) -> HttpResponse:
    form = form_class(request.POST or None, instance=row)
    if isinstance(form, TeamForm):
        form.by = request.user
    if request.method == "POST" and form.is_valid():
        try:
            saved = form.save(commit=False)
            rules.save(saved, request.user)
        except rules.NameTaken:
            form.add_error("name", _("There is one with this name already."))
        else:
            if isinstance(saved, Team):
                rules.set_members(saved, list(form.cleaned_data["members"]), request.user)
                team_leads.set_leads(saved, list(form.cleaned_data["leads"]), request.user)
            messages.success(request, _("Saved."))
            return redirect(f"{kind}_settings")
    rows = list(
        type(row).objects.order_by("archived_at", "name").prefetch_related(*(["members"] if kind == "teams" else []))
    )
    kept = {one.pk for one in rows if not isinstance(one, Team) or one.pk not in request.user.closed_teams}
    context: dict[str, Any] = {"form": form, "row": row, "rows": rows, "kind": kind, "kept": kept}
    context |= {"section": "writing", "tab": kind}
    return render(request, "inbox/settings/labels.html", context)
