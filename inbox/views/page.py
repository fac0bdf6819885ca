"""How a conversation is put on the page: whole, as the pane beside the list, or as the part that follows the news."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django_htmx.http import reswap, retarget, trigger_client_event

from channels.platforms import platform_of
from inbox.actions import likes
from inbox.actions.buttons import buttons_for
from inbox.composer import approving, helps, message_template
from inbox.composer.composer import Composer, compose
from inbox.composer.prefill import add_second_person, add_warnings, draft_values, with_chosen_text
from inbox.composer.submit import recent_customer_text
from inbox.contacts import panels
from inbox.http import AgentRequest
from inbox.incidents.concern import Pinned, pinned_for
from inbox.lists import first_steps
from inbox.lists.filter_chips import active_filters
from inbox.lists.navigation import COUNTED, nav_of
from inbox.lists.queues import Scope, rows_of
from inbox.lists.urgency import begun_of
from inbox.live import customers, presence
from inbox.models import Conversation, Message
from inbox.thread.items import Thread
from inbox.thread.message_part import MessagePart, Reading, parts_of
from inbox.thread.page import ConversationPage, read_page
from inbox.thread.translations import offered
from inbox.triage import closing, lookalikes
from inbox.views.contacts.body import body_of
from inbox.views.head import head_of
from webcare.lib.cursor import moment_in
from webcare.lib.text import is_uuid


def page_to_read(request: AgentRequest, code: Any) -> ConversationPage:
    """Return the page of a conversation. Raises Http404 for one this person may not see.

    Their accounts are loaded for the navigation anyway.
    """
    if not is_uuid(str(code)):
        raise Http404
    readable = [account.pk for account in nav_of(request).readable]
    found = read_page(uuid.UUID(str(code)), request.user, readable)
    if found is None:
        raise Http404
    return found


def full_page(request: AgentRequest, reading: ConversationPage, /, **changes: Any) -> HttpResponse:
    """Return the conversation's page; for htmx the pane beside the list. `changes` are set on the composer."""
    beside = {name: changes.pop(name) for name in ("not_yet", "not_yet_reason", "close_path") if name in changes}
    context = _context(request, reading, changes) | beside
    if _is_partial(request):
        response = render(request, "inbox/thread/_conversation.html", context)
    else:
        scope: Scope = context["scope"]
        nav = nav_of(request)
        page = rows_of(scope, request.user, nav.readable)
        context |= {
            "page": page,
            "account": nav.account(scope.account),
            **length_of(request, scope),
        }
        response = render(request, "inbox/inbox.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def pane(request: AgentRequest, code: Any, /, *, say: str = "", **changes: Any) -> HttpResponse:
    """Return thread and composer after something was written; a browser without scripts gets the whole page."""
    reading = page_to_read(request, code)
    if not request.htmx:
        if say:
            messages.info(request, say)
        return full_page(request, reading, **changes)
    response = render(request, "inbox/thread/_thread.html", _context(request, reading, changes))
    if say:
        trigger_client_event(response, "say", {"text": say})
    return trigger_client_event(response, "conversationChanged", {"code": str(code)})


def ask_reason(
    request: AgentRequest, conversation: Conversation, not_yet: closing.CannotClose, reason: str = ""
) -> HttpResponse:
    """Say why it was not closed for the `reason` given, with the ways that are open: a dialog, or on the page."""
    reading = page_to_read(request, conversation.code)
    asked = {"not_yet": not_yet, "not_yet_reason": reason, "close_path": request.get_full_path()}
    if not request.htmx:
        return full_page(request, reading, **asked)
    context = {"conversation": reading.conversation, "in_dialog": True, **asked}
    return reswap(retarget(render(request, "inbox/thread/_why.html", context), "#why"), "innerHTML")


def updated_thread(request: AgentRequest, code: Any, *, say: str = "") -> HttpResponse:
    """Return head and messages, which follow the news, and never the composer; without scripts, go to the page."""
    reading = page_to_read(request, code)
    conversation = reading.conversation
    if not request.htmx:
        return redirected(request, conversation, say)
    thread = reading.thread(unread_since=unread_since(request))
    response = render(
        request,
        "inbox/thread/_live.html",
        {
            "conversation": conversation,
            "thread": thread,
            "about": reading.contact,
            "contact": body_of(reading, nav_of(request).organisation.address),
            "story": reading.codes_to_follow,
            "scope": scope_of(request),
            "is_beside": True,
            "looking": _beside(request, conversation),
            "row": conversation,
            **_head_and_messages(request, reading, thread, request.GET.get("unread", ""), is_newest=True),
        },
    )
    if request.method == "POST":
        trigger_client_event(response, "conversationChanged", {"code": str(code)})
        if say:
            trigger_client_event(response, "say", {"text": say})
    return response


def redirected(request: AgentRequest, conversation: Conversation, say: str = "") -> HttpResponse:
    """Send a browser without scripts to the conversation, with a word about what was done."""
    if say:
        messages.info(request, say)
    query = scope_of(request).address
    return redirect(f"{conversation.get_absolute_url()}?{query}" if query else conversation)


def page_of(request: AgentRequest, message: Message) -> Any:
    """The conversation whose page somebody is on: an answer in private may be shown on the public side's page."""
    return request.POST.get("on") or (message.conversation.code if message.conversation else "")


def scope_of(request: AgentRequest) -> Scope:
    """The list the person came from, which the addresses inside it carry along."""
    return Scope.of(request.GET)


def length_of(request: AgentRequest, scope: Scope) -> dict[str, Any]:
    """A list's countable length (`total`), and the active filters with counts."""
    nav = nav_of(request)
    filters = active_filters(scope, nav, request.user)
    if filters:
        return {"total": filters.fits, "in_force": filters}
    return {"total": nav.count(scope.queue.key) if scope.queue.key in COUNTED else None}


def unread_since(request: AgentRequest) -> datetime | None:
    """Since when messages count as new for this visit; the page asks with the same moment until it is left."""
    return moment_in(request.GET.get("unread", ""))


def _context(request: AgentRequest, reading: ConversationPage, changes: dict[str, Any]) -> dict[str, Any]:
    conversation = reading.conversation
    since = unread_since(request) or (conversation.seen_at if conversation.is_unread else None)
    thread = reading.thread(before=request.GET.get("before", ""), unread_since=since)
    changes = changes if "text" in changes else draft_values(conversation, request.user) | changes
    changes = with_chosen_text(request, conversation, recent_customer_text(thread), changes)
    pinned = _pinned(request, reading, thread)
    chosen = next((one for one in pinned if str(one.incident.code) == request.GET.get("incident")), None)
    if chosen is not None and request.method != "POST" and not changes.get("text"):
        changes = changes | {"text": chosen.text}
    if "warning" in request.GET and reading.contact.looks_like and not changes.get("text"):
        changes = changes | {"text": lookalikes.warning(conversation)}
    if "house" in request.GET and not changes.get("text"):
        changes = changes | {"text": closing.house_rule(conversation)}
    composer: Composer = compose(
        reading,
        thread,
        reply_to=request.GET.get("reply_to", "") or changes.get("reply_to", ""),
        tab=request.GET.get("tab", "") or changes.get("tab", ""),
        accounts=nav_of(request).accounts,
        sender=changes.get("sender", ""),
    )
    add_warnings(composer, conversation, recent_customer_text(thread))
    add_second_person(composer, reading, nav_of(request).organisation, nav_of(request).labels)
    composer.help = helps.offered(conversation, request.user, nav_of(request).moment.version)
    for name in changes.keys() - {"reply_to", "tab", "sender"}:
        setattr(composer, name, changes[name])
    if composer.picker is None:
        tab = request.GET.get("tab", "") or changes.get("tab", "")
        composer.picker = message_template.picker_for(
            request.GET, tab, composer, conversation, recent_customer_text(thread)
        )
    unread = since.isoformat() if since else ""
    return {
        "conversation": conversation,
        "thread": thread,
        "composer": composer,
        "pinned": pinned,
        "earlier": reading.earlier,
        "story": reading.codes_to_follow,
        "scope": scope_of(request),
        "token": nav_of(request).token,
        "looking": _note_arrival(request, conversation),
        "row": conversation,
        "begun": begun_of(conversation, request.user) if "begin" in request.GET else None,
        **contact_context(request, reading),
        **_head_and_messages(request, reading, thread, unread, is_newest=not request.GET.get("before")),
    }


def _pinned(request: AgentRequest, reading: ConversationPage, thread: Thread) -> list[Pinned]:
    """What stands above the composer while incidents run."""
    incidents = nav_of(request).incidents
    if not incidents:
        return []
    labels, words = reading.contact.label_names, recent_customer_text(thread)
    readable = [account.pk for account in nav_of(request).readable]
    return pinned_for(incidents, reading.conversation, request.user, words, labels, readable)


def contact_context(request: AgentRequest, reading: ConversationPage) -> dict[str, Any]:
    """What the contact panel shows besides the conversation itself, and what it says at the composer."""
    return {
        "about": reading.contact,
        "contact": body_of(
            reading,
            nav_of(request).organisation.address,
            panels.offered(reading.conversation, nav_of(request).moment.version),
        ),
        "repeat": reading.repeat,
    }


def _note_arrival(request: AgentRequest, conversation: Conversation) -> list[presence.Viewer]:
    """Colleagues see that somebody opened it; return who else is there."""
    first_steps.note_opened(request.user)
    presence.arrive(conversation, request.user)
    return _beside(request, conversation)


def _beside(request: AgentRequest, conversation: Conversation) -> list[presence.Viewer]:
    """Return who else is there. Hangs on the conversation whether its customer is."""
    customers.attach([conversation])
    return presence.viewers_of([conversation.code], besides=request.user).get(str(conversation.code), [])


def _head_and_messages(
    request: AgentRequest, reading: ConversationPage, thread: Thread, unread: str, *, is_newest: bool
) -> dict[str, Any]:
    """What follows the news. `is_newest` says whether the thread's newest messages are the ones shown."""
    conversation, query = reading.conversation, scope_of(request).query
    by_like = likes.offer_for(conversation, thread.newest_inbound if is_newest else None)
    return {
        "unread": unread,
        "head": head_of(reading, query, unread, by_like),
        "message_parts": message_parts(request, reading, thread, unread, by_like),
        "fake": fake_of(reading),
        "house_rule": closing.house_rule(conversation) if conversation.crossed_line_at else "",
    }


def fake_of(reading: ConversationPage) -> dict[str, str]:
    """What is offered where who writes looks like an account of ours; {} for anybody else."""
    conversation, account = reading.conversation, reading.contact.looks_like
    if not account:
        return {}
    return {
        "account": account,
        "form": platform_of(conversation.account.platform).impersonation_form,
        "warning": lookalikes.warning(conversation) if conversation.is_public else "",
    }


def message_parts(
    request: AgentRequest, reading: ConversationPage, thread: Thread, unread: str, by_like: likes.LikeOffer | None
) -> list[MessagePart]:
    """Return what each message of a thread shows, with the buttons it has on its platform."""
    for item in thread.items:
        buttons = buttons_for(item.message, item.message.account, request.user)
        item.message.actions = buttons  # type: ignore[attr-defined]  # annotated
    approving.add_hints(thread)
    liked = (by_like.message.pk, by_like.likes) if by_like else None
    query, people = scope_of(request).query, nav_of(request).people
    alike: dict[int | None, str] = {one.identity: one.account for one in reading.contact.alike}
    made = offered(
        reading.conversation, request.user, [item.message for item in thread.items], nav_of(request).moment.version
    )
    return parts_of(thread, Reading(reading.conversation, query, unread, liked, people, alike, made))


def _is_partial(request: AgentRequest) -> bool:
    return bool(request.htmx) and not request.htmx.history_restore_request and not request.htmx.boosted
