"""Signing in: nobody makes their own account, and the demo's people exist in the demo only."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from inbox import sessions
from inbox.access import landing
from inbox.http import is_own_page
from inbox.models import Event, Organisation, User
from inbox.team import attempts, proof
from webcare.lib.prepared import Given, Prepared
from webcare.server.addresses import is_inside

# Lines of this log end with the address of the request they are about (webcare/logs.py); events hold none.
log = logging.getLogger(__name__)


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Signing up is closed; signing in, passwords and rate limits are allauth's."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: people are added in the people page."""
        return False

    def is_safe_url(self, url: str) -> bool:
        """Return whether `next` is a path of ours; anything else leads to the inbox."""
        return is_own_page(url)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Return where somebody's work is."""
        return reverse(landing(request.user))

    def pre_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse | None:
        """Stop who may not be signed in, whatever way they came: allauth itself looks at `is_active` only."""
        allowed = Organisation.current().networks
        if _is_out_of_place(user):
            stopped: HttpResponse = self.respond_user_inactive(request, user)
            return stopped
        if not is_inside(request.META.get("REMOTE_ADDR", ""), allowed):
            Event.note("signin_outside", person=user.pk)
            log.warning("Refused to sign in person %s: outside the networks", user.pk, extra={"request": request})
            return render(request, "account/outside.html", {"user": None}, status=403)
        answer: HttpResponse | None = super().pre_login(request, user, **options)
        return answer

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the try; refuse it where it comes too soon. allauth's own limit could be aimed at a colleague."""
        email = str(credentials.get("email", "")).lower()
        self._person_id = User.objects.filter(email__iexact=email).values_list("pk", flat=True).first()
        self._attempt = attempts.attempt_of(request, email, self._person_id)
        try:
            self._attempt.begin()
        except attempts.TooManyAttempts as stopped:
            log.warning("Refused to sign in person %s: too many tries", self._person_id, extra={"request": request})
            raise ValidationError(_too_many(stopped.seconds), code="too_many_login_attempts") from None

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Return whose password this is."""
        user: User | None = super().authenticate(request, **credentials)
        if user:
            self._attempt.succeed()
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log a wrong password: for whom, never what was filled in."""
        Event.note("signin_failed", person=self._person_id, known_browser=self._attempt.known)
        log.warning("Refused to sign in person %s: a wrong password", self._person_id, extra={"request": request})

    def login(self, request: HttpRequest, user: User) -> None:
        """Begin a session; a form of theirs that waits for it goes along."""
        super().login(request, user)
        proof.give_back(request, user)
        Event.note("signed_in", actor=user)
        log.info("Signed in person %s", user.pk, extra={"request": request})

    def post_login(self, request: HttpRequest, user: User, **options: Any) -> HttpResponse:
        """Remember the browser."""
        response: HttpResponse = super().post_login(request, user, **options)
        attempts.remember(request, response, user.pk)
        return response

    def logout(self, request: HttpRequest) -> None:
        """End the session. allauth does so too before somebody comes back in from the provider."""
        Event.note("signed_out", actor=request.user)
        proof.hold(request)
        super().logout(request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """Return the ways to show once more who one is: first the provider, for who came in by it."""
        ways: list[dict[str, str]] = super().get_reauthentication_methods(user)
        name = single_sign_on_name()
        if not (name and user.is_authenticated and SocialAccount.objects.filter(user=user).exists()):
            return ways
        words = gettext("Use %(name)s") % {"name": name}
        provider = {"id": "sso", "description": words, "url": reverse("sso_again")}
        return [provider, *ways] if sessions.came_by_single_sign_on(self.request.session) else [*ways, provider]

    def set_password(self, user: User, password: str) -> None:
        """Save a password that somebody chose, signed in or by a one-time link."""
        with transaction.atomic():
            super().set_password(user, password)
            Event.note("password_changed", actor=user, person=user.pk, by_link=not self.request.user.is_authenticated)


class PeopleBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth's backend with one more reason to refuse, checked at every request."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person of a session, if they may still be signed in."""
        user = _person.first(pk=user_id)
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User) -> bool:
        """Return whether this person may be signed in: active, and no demo person outside demo mode."""
        return not _is_out_of_place(user) and bool(super().user_can_authenticate(user))


@Prepared
def _person() -> QuerySet[User]:
    # From where people may come is asked along: it holds for every request.
    allowed = Organisation.objects.values("networks")[:1]
    return User.objects.select_related("presence").annotate(networks=allowed).filter(pk=Given("pk"))


def single_sign_on_name() -> str:
    """Return what the organisation's own account is called; "" without single sign-on."""
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return str(apps[0]["name"]) if apps else ""


def _too_many(seconds: int) -> str:
    if seconds < 60:
        text = ngettext(
            "Too many wrong tries. Try again in %(n)d second.",
            "Too many wrong tries. Try again in %(n)d seconds.",
            seconds,
        )
        return text % {"n": seconds}
    minutes = -(-seconds // 60)
    text = ngettext(
        "Too many wrong tries. Try again in %(n)d minute.",
        "Too many wrong tries. Try again in %(n)d minutes.",
        minutes,
    )
    return text % {"n": minutes}


def _is_out_of_place(user: User) -> bool:
    return user.is_demo and not settings.DEMO
