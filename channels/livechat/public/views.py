"""The doors of a chat: what it is, a key, writing, reading, a file. A page of another origin gets nothing."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from channels import secrets
from channels.livechat import identity
from channels.livechat.public import availability, keys, script, talk, visits
from channels.livechat.public.sites import Refusal, for_site, for_visitor, said
from channels.models import ChatMessage, ChatSite, ChatVisitor
from inbox.live import presence
from inbox.models import Conversation
from webcare.lib.how_often import is_too_often
from webcare.server.addresses import network_of

LANGUAGES = ("nl", "en")
_NEW = (60, 600)  # visitors of one network, and in how many seconds
_MESSAGES = (40, 60)  # of one visitor
_MESSAGES_OF_NETWORK = (400, 60)
_FILES = (10, 300)  # of one visitor
_FILES_OF_NETWORK = (30, 600)
_OTHER = (240, 60)  # whatever else one visitor's widget asks
_SHOWN = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


@for_site("GET")
def about(request: HttpRequest, site: ChatSite) -> HttpResponseBase:
    """What the widget shows before anybody wrote: whose chat it is, whether somebody is there, how it greets."""
    return JsonResponse({
        "name": site.account.name,
        "colour": site.colour,
        "greeting": {"nl": site.greeting_nl, "en": site.greeting_en},
        "greet": {"after": site.greet_after, "on": site.greet_on},
        "mails": site.sender is not None,
        **availability.of(site.account),
    })  # fmt: skip


@for_site("POST")
def begin(request: HttpRequest, site: ChatSite) -> HttpResponseBase:
    """Give somebody who is about to write a key of their own; with the site's word, whose they are."""
    _refuse_too_often("new", _network(request), _NEW)
    given = said(request)
    language = given.get("language")
    who, token = None, given.get("identity")
    if token:
        who = identity.read(token, _secret_of(site), timezone.now()) if isinstance(token, str) else None
        if who is None:
            raise Refusal("identity", HTTPStatus.FORBIDDEN)
    _visitor, key = keys.begin(site.account, language if language in LANGUAGES else "", who)
    return JsonResponse({"key": key})


@for_visitor("GET")
def messages(request: HttpRequest, visitor: ChatVisitor) -> HttpResponseBase:
    """What was said, from a moment on where one is given, and how the talk stands."""
    _refuse_too_often("ask", visitor.external_id, _OTHER)
    talk.note_here(visitor)
    moment = request.GET.get("after", "")
    try:
        after = parse_datetime(moment[:40]) if moment else None
    except ValueError:
        after = None
    now = timezone.now()
    # A moment that is still to come is of a clock that was put back: then all is told.
    found = talk.since(visitor, after if after and after.tzinfo and visitor.created_at <= after <= now else None)
    return JsonResponse({
        "messages": [_told(row) for row in found],
        "cursor": now.isoformat(),
        **_standing(visitor),
        **availability.of(visitor.account),
    })  # fmt: skip


@for_visitor("POST")
def send(request: HttpRequest, visitor: ChatVisitor) -> HttpResponseBase:
    """Take a message. The same id again is the same message."""
    _refuse_too_often("write", visitor.external_id, _MESSAGES)
    _refuse_too_often("write", _network(request), _MESSAGES_OF_NETWORK)
    return JsonResponse(_told(talk.write(visitor, talk.read(said(request), request.headers["Origin"]))))


@for_visitor("POST")
def attach(request: HttpRequest, visitor: ChatVisitor) -> HttpResponseBase:
    """Take a file."""
    _refuse_too_often("file", visitor.external_id, _FILES)
    _refuse_too_often("file", _network(request), _FILES_OF_NETWORK)
    file = request.FILES.get("file")
    if file is None or len(request.FILES) > 1:
        raise Refusal("file")
    written = talk.read(request.POST.dict(), request.headers["Origin"])
    written.file, written.filename = cast("BinaryIO", file.file), (file.name or "")[:255]
    return JsonResponse(_told(talk.write(visitor, written)))


@for_visitor("POST")
def note(request: HttpRequest, visitor: ChatVisitor) -> HttpResponseBase:
    """Take a word about the visitor: that they type, on which page they are, up to where they read."""
    _refuse_too_often("ask", visitor.external_id, _OTHER)
    given = said(request)
    if isinstance(read := given.get("read"), str) and (code := _uuid(read)):
        talk.note_read(visitor, str(code))
    page = talk.address(given.get("page"), request.headers["Origin"])
    title = given.get("title")
    visits.note(
        visitor,
        typing=given.get("typing") is True,
        page=page,
        title=" ".join(title.split())[:200] if page and isinstance(title, str) else "",
    )
    return JsonResponse({})


@require_safe
def file(request: HttpRequest, signed: str) -> HttpResponseBase:
    """A file of a message, for whoever has the link. It is never a page of ours. Raises Http404."""
    row = talk.linked(signed)
    if row is None or not row.file.storage.exists(str(row.file.name)):
        raise Http404
    shown = row.mime_type in _SHOWN
    response = FileResponse(
        row.file.open("rb"),
        as_attachment=not shown,
        filename=row.filename or str(row.code),
        content_type=row.mime_type if shown else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return response


@require_safe
def widget(request: HttpRequest) -> HttpResponseBase:
    """The script that sites paste in."""
    return script.answer(request)


def _told(row: ChatMessage) -> dict[str, Any]:
    """Return a message as the widget gets it."""
    told: dict[str, Any] = {
        "id": str(row.code), "client": str(row.client_id), "ours": row.is_ours, "at": row.at.isoformat(),
        "text": row.text, "gone": row.removed_at is not None,
    }  # fmt: skip
    if row.file:
        told["file"] = {"url": talk.link_to(row), "name": row.filename, "picture": talk.is_picture(row)}
    if row.choices:
        told["choices"] = row.choices
    if row.choice:
        told["choice"] = row.choice
    return told


def _standing(visitor: ChatVisitor) -> dict[str, Any]:
    """Return how the talk stands in the inbox: until when it was read, whether it is over, whether somebody writes."""
    rows = Conversation.objects.filter(
        account=visitor.account_id,
        identity__platform="livechat",
        identity__scope=visitor.account.external_id,
        identity__external_id=visitor.external_id,
    )
    found = rows.order_by("-last_message_at", "-pk").values_list("code", "seen_at", "status").first()
    if found is None:
        return {"read": None, "over": False, "typing": False}
    code, seen_at, status = found
    there = presence.everybody_at([code]).get(str(code), [])
    return {
        "read": seen_at.isoformat() if seen_at else None,
        "over": status == Conversation.Status.CLOSED,
        "typing": any(one.typing and not one.noting for one in there),
    }


def _refuse_too_often(what: str, whose: str, limit: tuple[int, int]) -> None:
    if is_too_often(what, whose, *limit):
        raise Refusal("pace", HTTPStatus.TOO_MANY_REQUESTS)


def _network(request: HttpRequest) -> str:
    return network_of(request.META.get("REMOTE_ADDR", ""))


def _secret_of(site: ChatSite) -> str:
    """Return what the site signs with; "" where no key of ours opens it: then nobody's word is taken."""
    try:
        return secrets.unseal(site.sealed_secret).get("secret", "")
    except secrets.CredentialsUnreadable:
        return ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
