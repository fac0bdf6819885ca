"""Who works here. Leads see the list; admins add, change and deactivate."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from channels.models import Account
from inbox import sessions
from inbox.access import readable_by, right_required
from inbox.http import AgentRequest
from inbox.models import Conversation, User
from inbox.models.rights import Right
from inbox.routing import presence
from inbox.team import invitations, members, proof, roles, second_factor
from inbox.team.proof import proof_to_send
from inbox.views.team.forms import PersonForm

_OPEN = Count("conversations", filter=~Q(conversations__status="closed"), distinct=True)


@require_safe
@right_required(Right.LOG, Right.PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Everyone, the active first, with what they hold and whose initials are equal.

    What is counted is what the reader may see: a limited lead learns nothing of other accounts. An auditor reads all
    that is said of people.
    """
    reader = cast(User, request.user)
    accounts = (Account.objects if reader.is_auditor else readable_by(reader)).order_by().values("pk")
    everyone = list(
        User.objects.annotate(
            chosen=Count("accounts", filter=Q(accounts__in=accounts), distinct=True),
        ).order_by("-is_active", "first_name", "last_name", "pk")
    )
    held = _held(reader)
    alike = members.same_initials(everyone)
    states = presence.states_of([person.pk for person in everyone])
    manageable = roles.manageable(reader, everyone) if reader.has(Right.PEOPLE) else set()
    factors = second_factor.kinds_of([person.pk for person in everyone])
    rows = [
        {
            "person": person,
            "may_manage": person.pk in manageable,
            "alike": alike.get(person.pk, []),
            "held": held.get(person.pk, 0),
            "state": states[person.pk],
            "factors": factors.get(person.pk, []),
            "invited_until": invitations.valid_until(person),
        }
        for person in everyone
    ]
    return render(
        request,
        "inbox/settings/people.html",
        {
            "rows": rows,
            "active": sum(p.is_active for p in everyone),
            "safe": sum(p.is_active and p.pk in factors for p in everyone),
            "section": "people",
        },
    )


def _held(reader: User) -> dict[int, int]:
    """Return how many conversations that the reader sees each person holds that are not closed; of all to auditors."""
    found = Conversation.objects.all() if reader.is_auditor else Conversation.objects.visible_to(reader)
    held = found.filter(assignee__isnull=False).exclude(status="closed")
    return dict(held.order_by().values_list("assignee").annotate(Count("pk")))


@right_required(Right.PEOPLE)
def add(request: HttpRequest) -> HttpResponse:
    """A new person; afterwards their page offers the one-time link."""
    form = PersonForm(request.POST or None, by=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        if form.needs_proof and not proof.is_fresh(request):
            return proof.ask(request)
        accounts = form.chosen_accounts
        try:
            person = members.add(form.save(commit=False), by=request.user, accounts=accounts)  # type: ignore[arg-type]
        except members.AddressTaken as error:
            form.add_error("email", str(error.sentence))
        else:
            messages.success(request, _("%(name)s is added.") % {"name": person.name})
            by_mail = request.POST.get("how") == "mail"
            return _send_invitation(request, person) if by_mail else _link_page(request, person)
    return render(request, "inbox/settings/person.html", {"form": form, "section": "people"})


@right_required(Right.PEOPLE)
def person(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """One person. POST saves who they are and what they may do."""
    shown = _person_for(request, code)
    form = PersonForm(request.POST or None, instance=shown, by=cast(User, request.user))
    if request.method == "POST" and form.is_valid():
        if form.needs_proof and not proof.is_fresh(request):
            return proof.ask(request)
        changed, accounts = form.save(commit=False), form.chosen_accounts
        try:
            freed = members.change(changed, by=request.user, accounts=accounts)  # type: ignore[arg-type]
        except members.LastAdmin as error:
            form.add_error("role", str(error.sentence))
        except members.AddressTaken as error:
            form.add_error("email", str(error.sentence))
        else:
            messages.success(request, " ".join([_("Saved."), *_now_free(freed)]))
            return redirect("person", code=code)
    return render(request, "inbox/settings/person.html", _person_ctx(request, shown, form=form))


@right_required(Right.PEOPLE)
def deactivate(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Say first what becomes of their conversations, then end their access."""
    shown = _person_for(request, code)
    if request.method != "POST":
        return render(request, "inbox/settings/person_deactivate.html", {"person": shown, "section": "people"})
    try:
        freed = members.deactivate(shown, by=request.user)  # type: ignore[arg-type]
    except members.LastAdmin as error:
        messages.error(request, str(error.sentence))
        return redirect("person", code=code)
    gone = _("%(name)s can no longer sign in.") % {"name": shown.name}
    messages.success(request, " ".join([gone, *_now_free(freed)]))
    return redirect("people")


@require_POST
@right_required(Right.PEOPLE)
def reactivate(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """Let someone in again."""
    shown = _person_for(request, code)
    members.reactivate(shown, by=request.user)  # type: ignore[arg-type]
    messages.success(request, _("%(name)s can sign in again.") % {"name": shown.name})
    return redirect("person", code=code)


@require_POST
@right_required(Right.PEOPLE)
@proof_to_send
def make_link(request: HttpRequest, code: uuid.UUID) -> HttpResponse:
    """A page where they choose a password themselves. Shown once, here, to pass on."""
    shown = _person_for(request, code)
    if not shown.is_active:
        messages.error(request, _("Let this person in again first."))
        return redirect("person", code=code)
    return _link_page(request, shown)


@require_POST
@right_required(Right.PEOPLE)
def invite(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """The same page, by e-mail to the person."""
    shown = _person_for(request, code)
    if not shown.is_active:
        messages.error(request, _("Let this person in again first."))
        return redirect("person", code=code)
    return _send_invitation(request, shown)


@require_POST
@right_required(Right.PEOPLE)
@proof_to_send
def end_sessions(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Sign somebody out in every browser."""
    shown = _person_for(request, code)
    sessions.end_everywhere(shown, by=request.user)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": shown.name})
    return redirect("person", code=code)


@require_POST
@right_required(Right.PEOPLE)
@proof_to_send
def end_session(request: AgentRequest, code: uuid.UUID, session: int) -> HttpResponse:
    """Sign somebody out in one browser."""
    if sessions.end(_person_for(request, code), session, by=request.user):
        messages.success(request, _("That session has ended."))
    return redirect("person", code=code)


@require_POST
@right_required(Right.PEOPLE)
@proof_to_send
def reset_second_factor(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Let somebody whose device is lost in with a password alone, to make a new second step."""
    shown = _person_for(request, code)
    second_factor.reset(shown, by=request.user)
    messages.success(request, _("%(name)s signs in without a second step now.") % {"name": shown.name})
    return redirect("person", code=code)


def _link_page(request: HttpRequest, shown: User) -> HttpResponse:
    link = request.build_absolute_uri(invitations.make_link(shown, by=cast(User, request.user)))
    return render(request, "inbox/settings/person.html", _person_ctx(request, shown, link=link))


def _send_invitation(request: HttpRequest, shown: User) -> HttpResponse:
    if invitations.send(shown, by=cast(User, request.user), origin=request.build_absolute_uri("/")):
        messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": shown.email})
    else:
        messages.error(request, _("The mail server did not take the invitation. Make a one-time link instead."))
    return redirect("person", code=shown.code)


def _now_free(freed: int) -> list[str]:
    """Say how many conversations were given back; nothing where none was."""
    sentence = ngettext("%(n)d conversation is unassigned now.", "%(n)d conversations are unassigned now.", freed)
    return [sentence % {"n": freed}] if freed else []


def _person_for(request: HttpRequest, code: uuid.UUID) -> User:
    """Return a person whom the reader may change. Raises Http404, and PermissionDenied for who may do more."""
    found = get_object_or_404(User.objects.annotate(held=_OPEN), code=code)
    if not roles.may_manage(cast(User, request.user), found):
        raise PermissionDenied
    return found


def _person_ctx(
    request: HttpRequest, shown: User, *, form: PersonForm | None = None, link: str = ""
) -> dict[str, object]:
    # A refused form has changed the object it was made from: what the page says about the person is read again.
    stored = _person_for(request, shown.code)
    alike = members.same_initials(list(User.objects.filter(is_active=True))).get(stored.pk, [])
    return {
        "form": form or PersonForm(instance=stored, by=cast(User, request.user)),
        "person": stored,
        "alike": alike,
        "link": link,
        "sessions": sessions.of(stored),
        "factors": second_factor.factors_of(stored),
        "invited_until": invitations.valid_until(stored),
        "section": "people",
    }
