"""When somebody was last seen: noted by what they do in pages, begun by signing in, ended by signing out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from inbox import sessions
from inbox.models import User
from inbox.routing import presence

# Whom this process noted, and when: looking at a page costs no statement.
_noted: dict[int, datetime] = {}


class SeenMiddleware:
    """Notes once a minute that somebody is at work. What an open page asks by itself is no work."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        if request.user.is_authenticated and not sessions.asks_by_itself(request):
            _note(request.user)
        return self.get_response(request)


def begin(*, user: User, **_signal: Any) -> None:
    """Be present: somebody signed in (a receiver of Django's `user_logged_in`)."""
    presence.choose(user, presence.State.PRESENT)
    _noted[user.pk] = timezone.now()


def end(*, user: User | None, **_signal: Any) -> None:
    """Be off: somebody signed out (a receiver of Django's `user_logged_out`)."""
    if user is not None:
        presence.choose(user, presence.State.OFF)


def _note(person: User) -> None:
    now = timezone.now()
    noted = _noted.get(person.pk)
    if noted is not None and now - noted < presence.NOTED_EVERY:
        return
    _noted[person.pk] = now
    presence.note_seen(person.pk, now)
    if hasattr(person, "presence"):
        person.presence.seen_at = now
