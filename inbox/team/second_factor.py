"""The second factor: a passkey, or an app with codes. Secrets are encrypted at rest.

Whether somebody still owes one stands on their own row, so that no request has to look it up.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from channels import secrets
from inbox import sessions
from inbox.models import Event, Organisation, User
from inbox.models.rights import BUILT_IN, Right, holding
from inbox.notifications.push.subscriptions import browser_name

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """allauth's rules, with our names, our encryption, and no way out of a factor that is asked for."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return secrets.seal({"secret": text})

    def decrypt(self, encrypted_text: str) -> str:
        """Return what `encrypt` made unreadable."""
        return secrets.unseal(encrypted_text)["secret"]

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether somebody may remove a factor: not the last one where their role has to have one."""
        user = authenticator.user
        others = factors_of(user).exclude(pk=authenticator.pk)
        return others.exists() or not User.objects.filter(_asked(), pk=user.pk).exists()

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002  allauth's own name
        """Return a name for a passkey: the browser it is made in."""
        from allauth.core import context  # noqa: PLC0415  the request of this moment

        return browser_name(context.request.headers.get("User-Agent", "")) or _("Passkey")

    def _get_site_name(self) -> str:
        name = Organisation.current().name
        return f"Webcare {name}".strip()


def factors_of(person: User) -> QuerySet[Authenticator]:
    """Return somebody's factors, the oldest first; codes to recover with are none."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user=person, type__in=FACTORS).order_by("pk")
    return found


def kinds_of(people: Collection[int]) -> dict[int, list[str]]:
    """Return what kinds of factors each of these people has, in one statement."""
    found: dict[int, list[str]] = {}
    rows = Authenticator.objects.filter(user__in=people, type__in=FACTORS).order_by("pk").values_list("user", "type")
    for person, kind in rows:
        found.setdefault(person, []).append(kind)
    return found


def refresh_due(people: QuerySet[User]) -> None:
    """Write down of these people who still owes a second factor."""
    has_one = Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS))
    owes = Q(~has_one) & _asked()
    people.filter(~owes, second_factor_due=True).update(second_factor_due=False)
    people.filter(owes, second_factor_due=False).update(second_factor_due=True)


def _asked() -> Q:
    """Return who must have a factor: operators, and by their role or one that may do as much as a listed one."""
    listed = Organisation.current().second_factor
    asked = Q(role__in=listed) | holding(Right.OPERATE)
    for role in listed:
        if role in BUILT_IN:
            asked |= Q(role=User.Role.CUSTOM, custom_rights__contains=sorted(BUILT_IN[role]))
    return asked


def note_saved(*, instance: Authenticator, created: bool, **_signal: Any) -> None:
    """Log a new factor, and that it is owed no longer (a receiver of Django's `post_save`)."""
    if created and instance.type in FACTORS:
        refresh_due(User.objects.filter(pk=instance.user_id))
        Event.note("second_factor_added", actor=instance.user, kind=instance.type)


def note_deleted(*, instance: Authenticator, **_signal: Any) -> None:
    """Write down who owes one again (a receiver of Django's `post_delete`)."""
    refresh_due(User.objects.filter(pk=instance.user_id))


def note_removed(*, user: User, authenticator: Authenticator, **_signal: Any) -> None:
    """Log a factor that its owner removed (a receiver of allauth's `authenticator_removed`)."""
    if authenticator.type in FACTORS:
        Event.note("second_factor_removed", actor=user, kind=authenticator.type)


def note_failed(*, user: User, **_signal: Any) -> None:
    """Log a wrong code (a receiver of allauth's `authentication_failed`)."""
    Event.note("second_factor_failed", person=user.pk)


@transaction.atomic
def reset(person: User, *, by: User) -> None:
    """Take all of somebody's factors, whose device is lost: they make new ones. Their sessions end."""
    Authenticator.objects.filter(user=person).delete()
    sessions.end_all(person)
    Event.note("second_factor_reset", actor=by, person=person.pk)
