"""Which chat is asked for, and whether the page that asks may: only an origin that an admin entered."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from channels.livechat.public import keys
from channels.models import ChatSite, ChatVisitor
from webcare.lib.text import read_json

LARGEST = 32 * 1024  # bytes of what is not a file
View = Callable[..., HttpResponseBase]


class Refusal(Exception):
    """What is asked is refused. `code` tells the widget why."""

    def __init__(self, code: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(code)
        self.code, self.status = code, status


def find_site(code: UUID) -> ChatSite | None:
    """Return the chat of an account that is connected and not paused."""
    sites = ChatSite.objects.select_related("account", "mail_from").filter(account__code=code, account__practice=None)
    return sites.filter(account__removed_at=None, account__paused_at=None, account__platform="livechat").first()


def for_site(*methods: str) -> Callable[[View], View]:
    """Let in pages of a chat's own origins; the view gets the chat instead of its code."""

    def decorate(view: View) -> View:
        @csrf_exempt  # nothing here goes by a cookie: who asks shows a key
        @wraps(view)
        def answered(request: HttpRequest, code: UUID, **more: Any) -> HttpResponseBase:
            site = find_site(code)
            origin = request.headers.get("Origin", "")
            if site is None:
                return HttpResponse(status=HTTPStatus.NOT_FOUND)
            if origin not in site.origins:
                return HttpResponse(status=HTTPStatus.FORBIDDEN, headers={"Vary": "Origin"})
            if request.method not in methods:  # a browser that asks first is answered in webcare/server/visitors.py
                response: HttpResponseBase = HttpResponse(
                    status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(methods)}
                )
            else:
                try:
                    response = view(request, site, **more)
                except Refusal as refusal:
                    response = JsonResponse({"error": refusal.code}, status=refusal.status)
            response.headers["Access-Control-Allow-Origin"], response.headers["Vary"] = origin, "Origin"
            return response

        return answered

    return decorate


def for_visitor(*methods: str) -> Callable[[View], View]:
    """Let in a visitor who shows their key; the view gets the visitor instead of the code."""

    def decorate(view: View) -> View:
        @for_site(*methods)
        @wraps(view)
        def answered(request: HttpRequest, site: ChatSite, **more: Any) -> HttpResponseBase:
            visitor = visitor_of(request.headers.get("Authorization", ""), site)
            if visitor is None:
                raise Refusal("key", HTTPStatus.UNAUTHORIZED)
            return view(request, visitor, **more)

        return answered

    return decorate


def visitor_of(authorization: str, site: ChatSite) -> ChatVisitor | None:
    """Return whose key an Authorization header shows; None for nobody's, and for another chat's."""
    scheme, _blank, key = authorization.partition(" ")
    visitor = keys.owner_of(key) if scheme == "Bearer" else None
    return visitor if visitor is not None and visitor.account_id == site.account_id else None


def said(request: HttpRequest) -> dict[str, Any]:
    """Return the JSON object that a request brings. Raises Refusal for anything else."""
    body = request.body
    try:
        found = read_json(body) if 0 < len(body) <= LARGEST else None
    except (ValueError, json.JSONDecodeError):
        found = None
    if not isinstance(found, dict):
        raise Refusal("body")
    return found
