"""How long somebody stays signed in: not beyond some hours without work, and some days in all."""

from __future__ import annotations

import time
from typing import Any, Literal

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import F
from django.http import HttpRequest

from inbox.models import Event, PushSubscription, User
from inbox.models.rights import Right
from webcare.server.addresses import is_inside

_BEGAN, _WORKED, _PROVED = "began", "worked", "proved"
_ONE_STEP = "one_step"  # the provider did not say that there was a second
_REVEALED = "revealed"
REVEALED_FOR, MOST_REVEALED = 600, 50  # seconds that personal data stays shown, and messages at once
_NOTED_EVERY = 300  # seconds: a request more often costs no statement
# What an open page asks by itself is no work.
_BY_ITSELF = ("/updates/", "/looking/", "/presence/", "/notifications/", "/menu/")


def note_begin(*, request: HttpRequest, **_signal: Any) -> None:
    """Note when a session began (a receiver of Django's `user_logged_in`).

    A provider may say that it asked who somebody is longer ago (inbox/team/single_sign_on.py).
    """
    now = int(time.time())
    request.session[_BEGAN] = request.session[_WORKED] = now
    request.session[_PROVED] = min(now, getattr(request, "proved_at", now))
    request.session[_ONE_STEP] = getattr(request, "one_step", True)


def note_proof(*, request: HttpRequest, **step: Any) -> None:
    """Note that somebody showed once more who they are (of allauth's `authentication_step_completed`)."""
    if step.get("reauthenticated"):
        request.session[_PROVED] = int(time.time())


def proved_at(session: SessionBase) -> int:
    """Return when somebody last showed who they are, in seconds since 1970; 0 where nobody knows."""
    return int(session.get(_PROVED, 0))


def is_over(session: SessionBase) -> bool:
    """Whether somebody's session is too old, or nobody worked in it for too long."""
    if SESSION_KEY not in session:
        return False
    now = time.time()
    return bool(
        now - session.get(_BEGAN, now) > settings.SESSION_DAYS * 86_400
        or now - session.get(_WORKED, now) > settings.SESSION_IDLE_MINUTES * 60
    )


def note_work(request: HttpRequest) -> None:
    """Note that somebody is at work, unless the page asks by itself."""
    session, now = request.session, int(time.time())
    if SESSION_KEY in session and _BEGAN not in session:
        session[_BEGAN] = session[_WORKED] = now
    elif SESSION_KEY in session and now - session[_WORKED] >= _NOTED_EVERY and not asks_by_itself(request):
        session[_WORKED] = now


def asks_by_itself(request: HttpRequest) -> bool:
    """Whether an open page asks this without anybody doing anything."""
    return request.path.endswith(_BY_ITSELF)


def obstacle(user: User, session: SessionBase, address: str) -> Literal["", "outside", "second_factor"]:
    """Return what keeps somebody who is signed in from going on: where they are, or a factor they owe."""
    if not is_inside(address, getattr(user, "networks", None) or []):  # read with the person (inbox/team/signin.py)
        return "outside"
    if user.second_factor_due and not _brought_one(user, session):
        return "second_factor"
    return ""


def _brought_one(user: User, session: SessionBase) -> bool:
    """Whether somebody took a second step at the organisation's provider, or it is trusted to have asked for it.

    An operator's counts where the provider says so alone.
    """
    if not came_by_single_sign_on(session):
        return False
    return not session.get(_ONE_STEP, True) if settings.OIDC_SECOND_STEP else not user.has(Right.OPERATE)


def came_by_single_sign_on(session: SessionBase) -> bool:
    """Whether the organisation's own provider let somebody in."""
    records = session.get("account_authentication_methods", [])
    return any(record.get("method") == "socialaccount" for record in records)


def revealed(session: SessionBase) -> list[str]:
    """Return the codes of messages whose personal data somebody had shown lately."""
    since = int(time.time()) - REVEALED_FOR
    return [code for code, at in session.get(_REVEALED, {}).items() if at > since]


def note_revealed(session: SessionBase, code: str) -> list[str]:
    """Note that somebody has a message's personal data shown; return the codes of all that are."""
    now = int(time.time())
    kept = {other: at for other, at in session.get(_REVEALED, {}).items() if at > now - REVEALED_FOR}
    session[_REVEALED] = {**dict(list(kept.items())[-MOST_REVEALED:]), code: now}
    return list(session[_REVEALED])


def of(person: User) -> list[UserSession]:
    """Return somebody's sessions that still work, the newest first."""
    found: list[UserSession] = UserSession.objects.purge_and_list(person)
    return sorted(found, key=lambda session: session.created_at, reverse=True)


def end(person: User, pk: int, *, by: User) -> bool:
    """End one session of somebody; return whether it was still there."""
    session = UserSession.objects.filter(user=person, pk=pk).first()
    if session is None:
        return False
    session.end()
    Event.note("session_ended", actor=by, person=person.pk)
    return True


def end_everywhere(person: User, by: User | None = None) -> None:
    """End all of somebody's sessions, in every browser: none tells them anything any more."""
    end_all(person)
    if by is None or by.pk == person.pk:
        Event.note("signed_out_everywhere", actor=person)
    else:
        Event.note("sessions_ended", actor=by, person=person.pk)


def end_all(person: User) -> None:
    """End all of somebody's sessions and messages to their browsers, as part of something that is logged."""
    User.objects.filter(pk=person.pk).update(sessions_ended=F("sessions_ended") + 1)
    UserSession.objects.filter(user=person).delete()
    PushSubscription.objects.filter(user=person).delete()
