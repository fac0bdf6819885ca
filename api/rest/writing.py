"""Calls that change something: done once, whatever is sent again, and only to what the caller knows."""

import hashlib
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone
from ninja import Header, Schema

from api.rest.answers import as_json
from api.rest.callers import ApiRequest
from api.rest.problems import Problem
from api.tokens.models import IdempotentCall
from inbox.access import conversation_for
from inbox.models import Conversation
from inbox.models.event import caused_by

KEY: Any = Header(  # type: ignore[type-arg]  # a function, with a class for checkers
    alias="Idempotency-Key",
    min_length=1,
    max_length=255,
    pattern="^[ -~]+$",
    description="One of your own making for each call, such as a UUID: sent again, the call is done once.",
)
IF_MATCH: Any = Header(  # type: ignore[type-arg]  # as above
    "", alias="If-Match", description="The `ETag` of the conversation you know: 412 where it changed since."
)
LEFT_BEHIND = timedelta(minutes=2)  # after which a call whose process ended may be made again


def once(request: ApiRequest, key: str, act: Callable[[], Schema], *, status: int = 200) -> HttpResponse:
    """Act, and keep the answer for whoever sends the same call again. Raises Problem where the key was another call's.

    What was refused is not kept: nothing was done.
    """
    call = _begin(request, key)
    if call.status is not None:
        return _answer(call)
    try:
        with caused_by(token=request.token.name):
            call.answer = act().model_dump(mode="json")
    except BaseException:
        call.delete()
        raise
    call.status = status
    call.save(update_fields=["status", "answer"])
    return _answer(call)


def code_of(request: ApiRequest, key: str) -> uuid.UUID:
    """Return the code of what a call makes: the same for the same call, also after a process ended half-way."""
    return uuid.uuid5(request.token.code, key)


def conversation_to_change(request: ApiRequest, code: uuid.UUID, version: str) -> Conversation:
    """Return a conversation that may be changed; Problem where it is not the version the caller knows."""
    conversation = conversation_for(request, code, write=True)
    if version not in ("", "*") and etag_of(conversation) not in [part.strip() for part in version.split(",")]:
        raise Problem(412, "changed")
    return conversation


def etag_of(conversation: Conversation) -> str:
    """Return what names this version of a conversation."""
    return f'"{conversation.version}"'


def _begin(request: ApiRequest, key: str) -> IdempotentCall:
    digest = hashlib.sha256(b"\n".join((f"{request.method} {request.path}".encode(), request.body))).hexdigest()
    try:
        with transaction.atomic():
            return IdempotentCall.objects.create(token=request.token, key=key, digest=digest)
    except IntegrityError:
        pass
    call = IdempotentCall.objects.filter(token=request.token, key=key).first()
    if call is None:
        raise Problem(409, "key-in-use")  # it was refused in this very moment
    if call.digest != digest:
        raise Problem(422, "key-reused")
    if call.status is None and not _take_over(call):
        raise Problem(409, "key-in-use", headers={"Retry-After": "1"})
    return call


def _take_over(call: IdempotentCall) -> bool:
    now = timezone.now()
    left = IdempotentCall.objects.filter(pk=call.pk, status=None, at=call.at, at__lt=now - LEFT_BEHIND)
    return bool(left.update(at=now))


def _answer(call: IdempotentCall) -> HttpResponse:
    return as_json(call.answer, status=call.status or 200)
