"""Signing in with the organisation's own account (OpenID Connect), and the roles its groups stand for.

Who is known there and here is one person by a proven e-mail address. Unknown people stay out, unless settings say so;
people whose access ended stay out in any case.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect, render

from inbox.models import Event, User
from inbox.team import members

if TYPE_CHECKING:
    import requests

log = logging.getLogger(__name__)
# Who is in several groups has the role that stands last here.
_ORDER = [str(role) for role in (User.Role.AUDITOR, *(role for role in User.Role if role != User.Role.AUDITOR))]


class SingleSignOnAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's protocol, with our rules about who is let in."""

    def get_requests_session(self) -> requests.Session:
        """Return what asks the provider, and reads its answers as those of others: capped."""
        from inbox.team.provider_answers import ProviderAdapter  # noqa: PLC0415  where nobody signs in so

        session: requests.Session = super().get_requests_session()
        for scheme in ("https://", "http://"):
            session.mount(scheme, ProviderAdapter())
        return session

    def on_authentication_error(self, request: HttpRequest, *_provider: Any, **told: Any) -> None:
        """Log why the provider's answer could not be used; the page says only that it was not."""
        why = told.get("exception") or told.get("error")
        log.warning("Signing in by the provider failed: %s", why, extra={"request": request})

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Return False: whoever is let in is there by `pre_social_login`."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Find or make the person, and give them the role of their groups. Raises ImmediateHttpResponse."""
        sociallogin.state["process"] = "login"  # a session of somebody else is no reason to join two people
        claims = _claims_of(sociallogin.account.extra_data)
        if isinstance(asked_at := claims.get("auth_time"), int):
            request.proved_at = asked_at  # type: ignore[attr-defined]  # for inbox/sessions.py
        # The signed token alone tells how somebody signed in there.
        request.one_step = not took_second_step(sociallogin.account.extra_data.get("id_token", {}))  # type: ignore[attr-defined]
        role = role_of(claims)
        person = sociallogin.user if sociallogin.is_existing else _known(claims)
        if person is not None and not person.is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))
        unknown = person is None and not (settings.OIDC_ADMITS_UNKNOWN and _proven(claims))
        if role == "" or unknown or not _is_from(sociallogin.account.get_provider(request), claims):
            known = person.pk if person else None
            log.warning("Refused to sign in person %s by single sign-on", known, extra={"request": request})
            Event.note("signin_failed", person=known, known_browser=False)
            raise ImmediateHttpResponse(render(request, "socialaccount/unknown.html", status=403))
        if person is None:
            person = _new(claims, role or User.Role.AGENT)
        elif role is not None and role != person.role and not person.custom_role_id:  # an admin gave that one
            _change_role(person, role)
        if not sociallogin.is_existing:
            sociallogin.connect(request, person)
        sociallogin.user = person


def role_of(claims: Mapping[str, Any]) -> str | None:
    """Return the role somebody's groups stand for: None where no group stands for one, "" where none of theirs does."""
    if not settings.OIDC_ROLES:
        return None
    groups = claims.get(settings.OIDC_GROUPS_CLAIM) or []
    groups = [groups] if isinstance(groups, str) else groups
    found = [settings.OIDC_ROLES[group] for group in groups if group in settings.OIDC_ROLES]
    return max(found, key=_ORDER.index, default="")


def took_second_step(signed: Mapping[str, Any]) -> bool:
    """Whether the provider's token says that somebody took a second step there. Where nothing is set, none does."""
    methods = signed.get("amr")
    said = [*(methods if isinstance(methods, list) else [methods]), signed.get("acr")]
    return any(isinstance(word, str) and word in settings.OIDC_SECOND_STEP for word in said)


def _claims_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the provider says of somebody: its signed token first, then what it says when asked.

    The token alone says who that is (inbox/team/id_tokens.py).
    """
    return {**data.get("userinfo", {}), **data.get("id_token", {})}


def _is_from(provider: Any, claims: Mapping[str, Any]) -> bool:
    """Whether the signed-in provider is the one in the settings, whatever its own description calls itself."""
    return str(claims.get("iss", "")).rstrip("/") == str(provider.app.settings["server_url"]).rstrip("/")


def _proven(claims: Mapping[str, Any]) -> bool:
    """Whether the address is this person's own: said by the provider, or trusted by settings."""
    return bool(claims.get("email")) and (claims.get("email_verified") is True or settings.OIDC_TRUSTS_EMAIL)


def _known(claims: Mapping[str, Any]) -> User | None:
    return User.objects.filter(email__iexact=claims["email"]).first() if _proven(claims) else None


def _new(claims: Mapping[str, Any], role: str) -> User:
    """Add somebody with no account: an admin gives those."""
    first = str(claims.get("given_name") or claims.get("name") or claims["email"].partition("@")[0])
    person = User(
        email=claims["email"], first_name=first[:150], last_name=str(claims.get("family_name") or "")[:150], role=role
    )
    return members.add(person, by=None)


def _change_role(person: User, role: str) -> None:
    was, person.role = person.role, role
    try:
        members.change(person, by=None)
    except members.LastAdmin:
        person.role = was
        log.warning("The last admin stays one, whatever group they are in.")
