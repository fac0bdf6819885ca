"""What can be done: notes, answers, and sorting the work. Each call does what its button does."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router

from api.rest import answers, shapes
from api.rest.callers import ApiRequest
from api.rest.problems import Problem
from api.rest.service import writes
from api.rest.writing import IF_MATCH, KEY, code_of, conversation_to_change, once
from api.tokens.models import Scope
from inbox.access import agent_required
from inbox.composer import submit
from inbox.lists.navigation import nav_of
from inbox.models import Approval, Conversation, Label, Message
from inbox.notifications.mentions import colleagues_on
from inbox.outbox import checks
from inbox.triage import assignment, closing
from inbox.triage import labels as label_rules
from inbox.views.page import page_to_read

router = Router()
_ONE = "/conversations/{uuid:code}"
_LABEL = f"{_ONE}/labels/{{uuid:label}}"


@router.post(f"{_ONE}/notes", **writes("api_note", Scope.NOTE, "Writing", shapes.Noted, status=201))
@agent_required
def note(request: ApiRequest, code: UUID, body: shapes.NoteIn, key: str = KEY, version: str = IF_MATCH) -> HttpResponse:
    """Write a note for colleagues."""
    conversation = conversation_to_change(request, code, version)

    def write() -> shapes.Noted:
        written = assignment.write_note(conversation, request.user, body.text, code=code_of(request, key))
        return shapes.Noted(id=written.code, conversation=conversation.code)

    return once(request, key, write, status=201)


@router.post(f"{_ONE}/replies", **writes("api_reply", Scope.REPLY, "Writing", shapes.Queued, status=202))
@agent_required
def reply(
    request: ApiRequest, code: UUID, body: shapes.ReplyIn, key: str = KEY, version: str = IF_MATCH
) -> HttpResponse:
    """Answer a customer: by the outbox, with the guard, approval, reply window and rights of the page.

    What the guard holds is a 409 of type `held`; nothing was sent then.
    """
    conversation = conversation_to_change(request, code, version)
    return once(request, key, lambda: _reply(request, conversation, body, key), status=202)


@router.post(f"{_ONE}/assign", **writes("api_assign", Scope.ASSIGN, "Sorting", shapes.Changed))
@agent_required
def assign(
    request: ApiRequest, code: UUID, body: shapes.AssignIn, key: str = KEY, version: str = IF_MATCH
) -> HttpResponse:
    """Give it to a colleague who sees it, or to nobody."""
    conversation = conversation_to_change(request, code, version)
    taker = colleagues_on(conversation).filter(code=body.person).first() if body.person else None
    if body.person and taker is None:
        raise Problem(422, "invalid", "No colleague with this id sees the conversation.")
    handover = body.handover if taker and taker.pk != request.user.pk else ""

    def give() -> shapes.Changed:
        assignment.assign(conversation, taker, request.user, handover=handover)
        return answers.changed(conversation)

    return once(request, key, give)


@router.post(f"{_ONE}/claim", **writes("api_claim", Scope.ASSIGN, "Sorting", shapes.Changed))
@agent_required
def claim(request: ApiRequest, code: UUID, key: str = KEY, version: str = IF_MATCH) -> HttpResponse:
    """Take it in the name of the token's person."""
    conversation = conversation_to_change(request, code, version)

    def take() -> shapes.Changed:
        assignment.assign(conversation, request.user, request.user)
        return answers.changed(conversation)

    return once(request, key, take)


@router.post(f"{_ONE}/release", **writes("api_release", Scope.ASSIGN, "Sorting", shapes.Changed))
@agent_required
def release(request: ApiRequest, code: UUID, key: str = KEY, version: str = IF_MATCH) -> HttpResponse:
    """Put it back where it is the token's person's, for others to take."""
    conversation = conversation_to_change(request, code, version)

    def put_back() -> shapes.Changed:
        if conversation.assignee_id == request.user.pk:
            assignment.assign(conversation, None, request.user)
        return answers.changed(conversation)

    return once(request, key, put_back)


@router.put(_LABEL, **writes("api_label", Scope.LABEL, "Sorting", shapes.Changed))
@agent_required
def put_label(request: ApiRequest, code: UUID, label: UUID, key: str = KEY, version: str = IF_MATCH) -> HttpResponse:
    """Put a label on."""
    conversation, found = conversation_to_change(request, code, version), _label(label)

    def put() -> shapes.Changed:
        label_rules.add_label(conversation, found, request.user)
        return answers.changed(conversation)

    return once(request, key, put)


@router.delete(_LABEL, **writes("api_label_remove", Scope.LABEL, "Sorting", shapes.Changed))
@agent_required
def remove_label(request: ApiRequest, code: UUID, label: UUID, key: str = KEY, version: str = IF_MATCH) -> HttpResponse:
    """Take a label off."""
    conversation, found = conversation_to_change(request, code, version), _label(label)

    def take_off() -> shapes.Changed:
        label_rules.remove_label(conversation, found, request.user)
        return answers.changed(conversation)

    return once(request, key, take_off)


@router.post(f"{_ONE}/close", **writes("api_close", Scope.ASSIGN, "Sorting", shapes.Changed))
@agent_required
def close(
    request: ApiRequest, code: UUID, body: shapes.CloseIn, key: str = KEY, version: str = IF_MATCH
) -> HttpResponse:
    """Close it. What nobody answered asks for a reason, as on the page."""
    conversation = conversation_to_change(request, code, version)

    def end() -> shapes.Changed:
        try:
            closing.close(conversation, request.user, reason=body.reason, insist=body.insist)
        except closing.CannotClose as not_yet:
            raise Problem(409, "refused", not_yet.message) from None
        return answers.changed(conversation)

    return once(request, key, end)


@router.post(f"{_ONE}/reopen", **writes("api_reopen", Scope.ASSIGN, "Sorting", shapes.Changed))
@agent_required
def reopen(request: ApiRequest, code: UUID, key: str = KEY, version: str = IF_MATCH) -> HttpResponse:
    """Open a closed or snoozed conversation again."""
    conversation = conversation_to_change(request, code, version)

    def open_again() -> shapes.Changed:
        if not assignment.reopen(conversation, request.user) and conversation.status == Conversation.Status.CLOSED:
            raise Problem(409, "refused", "This person has a newer open conversation.")
        return answers.changed(conversation)

    return once(request, key, open_again)


@router.post(f"{_ONE}/snooze", **writes("api_snooze", Scope.ASSIGN, "Sorting", shapes.Changed))
@agent_required
def snooze(
    request: ApiRequest, code: UUID, body: shapes.SnoozeIn, key: str = KEY, version: str = IF_MATCH
) -> HttpResponse:
    """Put it aside until a moment, or until the customer writes."""
    conversation = conversation_to_change(request, code, version)

    def put_aside() -> shapes.Changed:
        if body.until is not None and not assignment.may_wake_at(body.until):
            raise Problem(422, "invalid", "Choose a moment in the future.")
        if not assignment.snooze(conversation, body.until, request.user) and (
            conversation.status == Conversation.Status.CLOSED
        ):
            raise Problem(409, "refused", "It is closed.")
        return answers.changed(conversation)

    return once(request, key, put_aside)


def _reply(request: ApiRequest, conversation: Conversation, body: shapes.ReplyIn, key: str) -> shapes.Queued:
    seen = conversation.messages.filter(code=body.seen).values_list("pk", flat=True).first() if body.seen else None
    if body.seen and seen is None:
        raise Problem(422, "invalid", "The conversation has no message with the id in `seen`.")
    data: dict[str, Any] = {
        "tab": body.visibility, "text": body.text.replace("\r\n", "\n"), "reply_to": body.reply_to, "seen": seen,
        "sender": body.account, "canned": body.canned, "canned_picture": False, "attached": [], "alt": [],
        "code": code_of(request, key), "hinted": body.anyway, "anyway": body.anyway,
        "why": body.why,
    }  # fmt: skip
    try:
        message = submit.submit(
            page_to_read(request, conversation.code), nav_of(request).accounts, data, close_after=body.close,
            split=body.split,
        )  # fmt: skip
    except submit.StoppedByGuard as stopped:
        reasons = [
            {"key": hint.key, "weight": hint.weight, "title": hint.title, "reason": hint.reason}
            for hint in stopped.hints
        ]
        raise Problem(409, "held", reasons=reasons) from None
    except checks.Overtaken as overtaken:
        raise Problem(409, "overtaken", newer=[str(newer.code) for newer in overtaken.newer]) from None
    except checks.Refused as refused:
        raise Problem(409, "refused", refused.message) from None
    waits_for = Approval.objects.filter(message=message, decided_at=None).values_list("why", flat=True).first()
    return answers.queued(Message.objects.select_related("conversation").get(pk=message.pk), waits_for or "")


def _label(code: UUID) -> Label:
    found = Label.objects.filter(code=code, archived_at=None).first()
    if found is None:
        raise Problem(404, "not-found", "There is no label with this id in use.")
    return found
