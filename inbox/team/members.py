"""Who works here and as what. Every act is logged in the same transaction.

Nobody is ever deleted, so that answers keep their author.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inbox import sessions
from inbox.models import CustomRole, Escalation, Event, User
from inbox.routing import advisers, holders
from inbox.team import masks, second_factor
from webcare.lib.constraints import broken_by

if TYPE_CHECKING:
    from channels.models import Account


# What a change of a person writes: all else may have become another meanwhile, and stays as it is.
_CHANGED = (
    "first_name", "last_name", "email", "own_initials", "language", "capacity", "all_accounts", "role", "custom_role",
    "custom_rights", "custom_title",
)  # fmt: skip


Leaving = Callable[[User, User | None], None]
_leaving: list[Leaving] = []


class LastAdmin(Exception):
    """Without this person nobody could connect accounts or manage people any more."""

    sentence = _("This is the last admin. Make someone else admin first.")


class AddressTaken(Exception):
    """Somebody else got this address a moment ago."""

    sentence = _("Somebody with this address is here already.")


def when_leaving(act: Leaving) -> None:
    """Have an app above take back what it gave somebody who leaves: called with them, and by whom."""
    if act not in _leaving:
        _leaving.append(act)


def add(person: User, *, by: User | None, accounts: Collection[Account] = ()) -> User:
    """Save a new person with these accounts, without a password; a one-time link lets them choose one.

    Raises AddressTaken.
    """
    with _address_of_one(), transaction.atomic():
        _take_rights_of_role(person)
        person.email = User.objects.normalize_email(person.email).lower()
        person.set_unusable_password()
        person.save()
        second_factor.refresh_due(User.objects.filter(pk=person.pk))
        masks.refresh(User.objects.filter(pk=person.pk))
        chosen = _choose(person, accounts, had_all=False)
        Event.note("person_added", actor=by, person=person.pk, role=person.role, **chosen)
    return person


def change(person: User, *, by: User | None, accounts: Collection[Account] | None = None) -> int:
    """Save a changed person, and the accounts they have where given. Raises LastAdmin and AddressTaken.

    What they hold and cannot see any more is given back; return how many conversations that were.
    """
    with _address_of_one(), transaction.atomic():
        _take_rights_of_role(person)
        before, is_last_admin = _as_it_is(person)
        if is_last_admin and person.role != User.Role.ADMIN:
            raise LastAdmin
        person.email = User.objects.normalize_email(person.email).lower()
        moved, had_all = before.email != person.email, before.all_accounts
        if person.is_auditor:
            person.all_accounts, accounts = False, ()
        person.save(update_fields=_CHANGED)
        changes: dict[str, Any] = {"role": person.role, "was_role": before.role, "address_changed": moved}
        titles = {"title": person.custom_title, "was_title": before.custom_title}
        changes |= {name: title for name, title in titles.items() if title}
        if accounts is not None:
            changes |= _choose(person, accounts, had_all=had_all)
        second_factor.refresh_due(User.objects.filter(pk=person.pk))
        masks.refresh(User.objects.filter(pk=person.pk))
        freed = holders.give_back_unseen(by, people=[person.pk])
        advisers.pass_on_unseen(Escalation.objects.filter(asked=person), by)
        Event.note("person_changed", actor=by, person=person.pk, freed=freed, **changes)
    return freed


def deactivate(person: User, *, by: User | None) -> int:
    """End someone's access and free their open conversations; return how many. Doing it twice changes nothing.

    Raises LastAdmin when nobody else could let them in again.
    """
    with transaction.atomic():
        before, is_last_admin = _as_it_is(person)
        if not before.is_active:
            return 0
        if is_last_admin and not before.is_demo:
            raise LastAdmin
        freed = holders.give_back_of(person, by, "deactivated")
        person.is_active = False
        if person.last_login is None:
            person.set_unusable_password()  # a link to choose one works no longer
        person.save(update_fields=["is_active", "password"])
        sessions.end_all(person)
        for act in _leaving:
            act(person, by)
        advisers.pass_on_unseen(Escalation.objects.filter(asked=person), by)
        Event.note("person_deactivated", actor=by, person=person.pk, freed=freed)
    return freed


def reactivate(person: User, *, by: User) -> None:
    """Let someone in again, with the password they had."""
    with transaction.atomic():
        if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            person.is_active = True
            Event.note("person_reactivated", actor=by, person=person.pk)


def same_initials(people: Sequence[User]) -> dict[int, list[User]]:
    """Return, by person id, the active others whose answers would be signed alike."""
    by_initials: dict[str, list[User]] = {}
    for person in people:
        if person.is_active:
            by_initials.setdefault(person.initials.casefold(), []).append(person)
    return {
        person.pk: [other for other in group if other.pk != person.pk]
        for group in by_initials.values()
        if len(group) > 1
        for person in group
    }


def retire_demo_people() -> int:
    """Deactivate the demo's people and take their passwords away; return how many. Does nothing in demo mode."""
    if settings.DEMO:
        return 0
    retired = 0
    for person in User.objects.filter(is_demo=True, is_active=True):
        deactivate(person, by=None)
        person.set_unusable_password()
        person.save(update_fields=["password"])
        retired += 1
    return retired


@contextlib.contextmanager
def _address_of_one() -> Iterator[None]:
    """Say it where two gave one address at the same moment: each looked, and found it free."""
    try:
        yield
    except IntegrityError as error:
        if broken_by(error) == "inbox_user_email_key":
            raise AddressTaken from error
        raise


def _take_rights_of_role(person: User) -> None:
    """Give somebody what their role of the organisation's own may now. It waits for who changes that role, and they."""
    if person.custom_role_id is not None:
        role = CustomRole.objects.select_for_update(no_key=True).get(pk=person.custom_role_id)
        person.custom_rights, person.custom_title = role.rights, role.title


def _as_it_is(person: User) -> tuple[User, bool]:
    """Return somebody's row as it is now, and whether nobody else is admin. Both hold until the transaction ends."""
    # Locked in one order, so that two admins who demote each other at once cannot both succeed.
    theirs_or_an_admins = Q(pk=person.pk) | Q(role=User.Role.ADMIN, is_active=True)
    rows = User.objects.select_for_update(no_key=True, of=("self",)).filter(theirs_or_an_admins).order_by("pk")
    by_id = {row.pk: row for row in rows}
    now = by_id.pop(person.pk)
    return now, now.role == User.Role.ADMIN and not by_id


def _choose(person: User, accounts: Collection[Account], *, had_all: bool) -> dict[str, Any]:
    """Give somebody these accounts, unless every one is theirs. Returns what changed, for the log."""
    was = sorted(person.accounts.values_list("pk", flat=True))
    now = [] if person.all_accounts or person.is_auditor else sorted(account.pk for account in accounts)
    if (was, had_all) == (now, person.all_accounts):
        return {}
    person.accounts.set(now)
    return {"accounts": now, "was_accounts": was, "all_accounts": person.all_accounts, "had_all_accounts": had_all}
