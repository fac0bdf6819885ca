"""One's own settings."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from inbox import sessions
from inbox.access import makes_tokens, signed_in_required
from inbox.http import AgentRequest
from inbox.models import User
from inbox.team.proof import proof_to_send
from inbox.views.team import session
from inbox.views.team.forms import PreferencesForm


@signed_in_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, colours, spacing and the time to take an answer back. The page answers in the language just chosen."""
    # A copy of its own: a refused form must not change how this very page looks.
    me = get_object_or_404(User, email=request.user.get_username())
    form = PreferencesForm(request.POST or None, instance=me)
    if request.method == "POST" and form.is_valid():
        # Only what the form asks: an admin may have changed the rest of the row since it was read.
        form.save(commit=False).save(update_fields=[*form.Meta.fields])
        with translation.override(me.language):
            messages.success(request, _("Saved."))
        return redirect("preferences")
    context = {"form": form, "sessions": sessions.of(me), "section": "preferences"}
    context["makes_tokens"] = makes_tokens(me)
    return render(request, "inbox/settings/preferences.html", context)


@require_POST
@signed_in_required
@proof_to_send
def end_session(request: AgentRequest, session: int) -> HttpResponse:
    """End one of my sessions, in another browser."""
    if sessions.end(request.user, session, by=request.user):
        messages.success(request, _("That session has ended."))
    return redirect(f"{reverse('preferences')}#sessions")


@require_POST
@signed_in_required
@proof_to_send
def sign_out_everywhere(request: AgentRequest) -> HttpResponse:
    """End my sessions in every browser, this one too."""
    sessions.end_everywhere(request.user)
    logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return session.forgotten(redirect("account_login"))
