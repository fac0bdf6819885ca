"""The contact panel: kind, accounts, moods and notes of a person."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from inbox import sessions
from inbox.access import (
    agent_required,
    contact_for,
    conversation_for,
    conversation_of_person,
    identity_for,
    move_for,
    number_in,
)
from inbox.contacts import description, linking, surprises
from inbox.http import AgentRequest
from inbox.lists.navigation import nav_of
from inbox.models import Conversation, Identity
from inbox.models.contact import details_of
from inbox.privacy import reads
from inbox.thread.query import timeline_of
from inbox.triage import lookalikes, mood, tone
from inbox.undo.record import Act, Kind
from inbox.views import page
from inbox.views.contacts.body import place_of
from webcare.lib import masks
from webcare.lib.cursor import moment_in


@require_POST
@agent_required
def describe(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Say what kind of person this is, or how they want to be addressed."""
    conversation = conversation_of_person(request, code)
    try:
        description.describe(
            conversation, request.user, kind=request.POST.get("kind"), address=request.POST.get("address")
        )
    except ValueError:
        raise Http404 from None
    if not request.htmx:
        return page.redirected(request, conversation)
    # The form stays as it is, since somebody may be in the middle of the next choice; what it says at the composer not.
    reading = page.page_to_read(request, code)
    context = {
        "conversation": reading.conversation, "about": reading.contact, "repeat": reading.repeat, "oob": True
    }  # fmt: skip
    response = render(request, "inbox/composer/_known.html", context)
    return trigger_client_event(response, "conversationChanged", {"code": str(code)})


@require_POST
@agent_required
def reveal(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Show a person's own details for ten minutes, in this browser. Who did so is written down, as of a message."""
    conversation = conversation_for(request, code)
    if request.user.sees_masks:
        reads.revealed(request.user, conversation)
        shown = sessions.note_revealed(request.session, details_of(conversation.contact_id))
        masks.begin(masks=True, revealed=shown)
    response = panel(request, code)
    if request.htmx:  # the head and the words name them too
        trigger_client_event(response, "refresh", {"target": "#thread-live"})
    return response


@require_POST
@agent_required
def add_note(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Write down something about the person, for every conversation with them."""
    conversation = conversation_of_person(request, code)
    try:
        description.write_note(conversation, request.user, request.POST.get("text", ""))
    except ValueError:
        return panel(request, code, say=_("Write something first."))
    return panel(request, code)


@require_POST
@agent_required
def remove_note(request: AgentRequest, code: uuid.UUID, note: int) -> HttpResponse:
    """Throw such a note away."""
    description.remove_note(conversation_for(request, code), request.user, note)
    return panel(request, code)


@require_POST
@agent_required
def add_surprise(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Write down that this person was surprised with something."""
    conversation = conversation_of_person(request, code)
    try:
        surprises.record(conversation, request.user, request.POST.get("what", ""), request.POST.get("cost", ""))
    except ValueError:
        return panel(request, code, say=_("Write what it was, and what it cost as an amount like 12,50."))
    return panel(request, code)


@require_POST
@agent_required
def remove_surprise(request: AgentRequest, code: uuid.UUID, surprise: int) -> HttpResponse:
    """Throw such a line away."""
    surprises.remove(conversation_for(request, code), request.user, surprise)
    return panel(request, code)


@require_POST
@agent_required
def dismiss_lookalike(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Say that somebody who looks like us pretends nothing; the page is drawn anew, the panel too."""
    conversation = conversation_for(request, code, write=True)
    lookalikes.dismiss(conversation, request.user)
    return page.redirected(request, conversation)


@require_POST
@agent_required
def set_mood(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Put one's own judgement in place of the estimate."""
    try:
        mood.correct_mood(conversation_for(request, code, write=True), request.POST.get("mood", ""), request.user)
    except ValueError:
        raise Http404 from None
    # By key the panel may be out of sight.
    return panel(request, code, say=_("Mood: %(mood)s.") % {"mood": Conversation.Mood(request.POST["mood"]).label})


@require_POST
@agent_required
def set_tone(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Choose how this conversation is written, or leave it open again."""
    try:
        tone.choose_tone(conversation_for(request, code, write=True), request.user, request.POST.get("tone", ""))
    except ValueError:
        raise Http404 from None
    return panel(request, code)


@require_POST
@agent_required
def set_complaint(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Say that this is a complaint, or that it is none."""
    conversation = conversation_for(request, code, write=True)
    mood.mark_complaint(conversation, request.user, complaint=request.POST.get("complaint") == "1")
    return panel(request, code)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def link(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Link another contact's accounts, as far as they are visible, to this person; asked with GET: find whose."""
    conversation, visible = conversation_of_person(request, code), _visible(request)
    if request.method != "POST":
        query = request.GET.get("q", "")
        found = linking.findable(query, conversation.contact, *visible) if query else []
        context: dict[str, Any] = {"conversation": conversation, "query": query, "found": found}
        if request.htmx:
            # In the panel the suggestions stand below already.
            return render(request, "inbox/contact/_contact_link.html", context)
        context["suggestions"] = linking.suggestions(conversation.contact, *visible)
        return render(request, "inbox/contact/contact_link.html", context)
    other = contact_for(request, request.POST.get("contact"))
    act = Act(request.user, Kind.LINK)
    for identity in Identity.objects.visible_in(*visible).filter(contact=other).order_by("pk"):
        act.move(conversation, linking.link(identity, conversation.contact, request.user))
    act.keep()
    return panel(request, code)


@require_POST
@agent_required
def unlink(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Make another person of one of this person's accounts."""
    conversation = conversation_for(request, code)
    identity = identity_for(request, conversation, request.POST.get("identity"))
    # Alone as far as this reader knows: whether somebody else knows better is not told.
    known = Identity.objects.visible_in(*_visible(request)).filter(contact=conversation.contact_id)
    move = linking.unlink(identity, request.user) if known.count() > 1 else None
    if move is None:
        return panel(request, code, say=_("This is their only account."))
    act = Act(request.user, Kind.UNLINK)
    act.move(conversation, move)
    act.keep()
    return panel(request, code, say=_("Unlinked. The account is a contact of its own now."))


@require_POST
@agent_required
def undo_link(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Put an account back where it was."""
    conversation = conversation_for(request, code)
    move = move_for(request, conversation, request.POST.get("move"))
    undone = linking.undo(move, request.user)
    return panel(request, code, say="" if undone else _("That was changed again meanwhile."))


@require_POST
@agent_required
def refuse_link(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Say that a suggested contact is somebody else."""
    conversation = conversation_of_person(request, code)
    linking.mark_different(conversation.contact, contact_for(request, request.POST.get("contact")), request.user)
    return panel(request, code)


@require_safe
@agent_required
def suggestions(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """Who may be the same person, asked after the page stands; without scripts, part of the page for linking."""
    conversation = conversation_for(request, code)
    found = linking.suggestions(conversation.contact, *_visible(request))
    if request.htmx:
        return render(
            request, "inbox/contact/_contact_suggestions.html", {"conversation": conversation, "suggestions": found}
        )
    return render(request, "inbox/contact/contact_link.html", {"conversation": conversation, "suggestions": found})


@require_safe
@agent_required
def timeline(request: AgentRequest, code: uuid.UUID) -> HttpResponse:
    """More of the person's conversations, older than a place (`?before=`)."""
    conversation = conversation_for(request, code)
    at, _tilde, pk = request.GET.get("before", "").partition("~")
    moment = moment_in(at)
    if moment is None:
        raise Http404
    lines = timeline_of(conversation, *_visible(request), before=(moment, number_in(pk)))
    context = {
        "conversation": conversation,
        "code": conversation.code,
        "earlier": lines.rows,
        "timeline_after": place_of(lines.rows[-1]) if lines.more else "",
    }
    return render(
        request, "inbox/contact/_timeline.html" if request.htmx else "inbox/contact/contact_timeline.html", context
    )


def panel(request: AgentRequest, code: Any, *, say: str = "") -> HttpResponse:
    """Return the contact panel as it is now; a browser without scripts goes to the conversation."""
    reading = page.page_to_read(request, code)
    if not request.htmx:
        return page.redirected(request, reading.conversation, say)
    # What it says at the composer goes along.
    context = {"conversation": reading.conversation, "oob": True, **page.contact_context(request, reading)}
    response = render(request, "inbox/contact/_contact_panel.html", context)
    if say:
        trigger_client_event(response, "say", {"text": say})
    return trigger_client_event(response, "conversationChanged", {"code": str(code)})


def _visible(request: AgentRequest) -> tuple[list[int], tuple[int, ...]]:
    """Return the accounts this person reads, and the teams that are closed to them."""
    return [account.pk for account in nav_of(request).readable], request.user.closed_teams
