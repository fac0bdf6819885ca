"""Roles: the built-in ones and the organisation's own, given to people who may have them.

Nobody gives rights that they do not have themselves, except admins: they may give any role.
Changing a role holds from its people's next request.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from inbox.models import CustomRole, Escalation, Event, Team, User
from inbox.models.rights import BUILT_IN, Right, completed
from inbox.routing import advisers, holders
from inbox.team import masks, second_factor
from webcare.lib.constraints import broken_by

_CUSTOM = "custom:"


class RoleInUse(Exception):
    """Somebody still has this role."""

    sentence = _("Somebody has this role. Give them another one first.")


class TitleTaken(Exception):
    """There is a role of this name."""

    sentence = _("There is a role of this name already.")


def choices_for(by: User, now: User | None = None) -> list[tuple[str, str]]:
    """Return the roles that somebody may give, as a form knows them and as people read them.

    The one that a person has now stays among them.
    """
    built_in = [(role, str(title)) for role, title in User.Role.choices if role != User.Role.CUSTOM]
    own = {f"{_CUSTOM}{role.pk}": role for role in CustomRole.objects.order_by("title", "pk")}
    chosen = key_of(now) if now else ""
    return [
        *((role, title) for role, title in built_in if may_give(by, BUILT_IN[role], role) or role == chosen),
        *((key, role.title) for key, role in own.items() if may_give(by, role.rights) or key == chosen),
    ]


def may_give(by: User, rights: Collection[str], role: str = "") -> bool:
    """Whether somebody may let another do all this. Who does not work in conversations reads the log in full."""
    if by.is_admin:
        return True
    sees_all = Right.WORK in rights or by.reads_all_accounts
    return by.rights.issuperset(rights) and sees_all and role != User.Role.ADMIN


def may_manage(by: User, person: User) -> bool:
    """Whether somebody may change a person, or let them in anew: never one who may do more than they."""
    return person.pk in manageable(by, [person])


def manageable(by: User, people: Collection[User]) -> set[int]:
    """Return whom of these somebody may change: who has no right, account or closed team that they have not."""
    if by.is_admin:
        return {person.pk for person in people}
    able = {person.pk for person in people if by.rights >= person.rights and not person.is_admin}
    if not by.reads_all_accounts:
        able -= {person.pk for person in people if person.reads_all_accounts}
        chosen = User.accounts.through.objects.filter(user__in=able)
        mine = by.readable_accounts().order_by().values("pk")
        able.difference_update(chosen.exclude(account__in=mine).values_list("user", flat=True))
    if by.closed_teams:
        inside = Team.members.through.objects.filter(user__in=able, team__in=by.closed_teams)
        able.difference_update(inside.values_list("user", flat=True))
    return able


def key_of(person: User) -> str:
    """Return a person's role as a form knows it."""
    return f"{_CUSTOM}{person.custom_role_id}" if person.custom_role_id else person.role


def give(person: User, key: str) -> None:
    """Give somebody a role, as a form knows it. Nothing is saved. Raises CustomRole.DoesNotExist."""
    if not key.startswith(_CUSTOM):
        person.role = key
        person.custom_role, person.custom_rights, person.custom_title = None, None, ""
        return
    role = CustomRole.objects.get(pk=int(key.removeprefix(_CUSTOM)))
    person.role, person.custom_role = User.Role.CUSTOM, role
    person.custom_rights, person.custom_title = role.rights, role.title


def rights_of(key: str) -> frozenset[str]:
    """Return what a role lets people do, as a form knows it. Raises CustomRole.DoesNotExist."""
    if key.startswith(_CUSTOM):
        return frozenset(CustomRole.objects.get(pk=int(key.removeprefix(_CUSTOM))).rights)
    return BUILT_IN[key]


def save(role: CustomRole, rights: Collection[Right], *, by: User) -> None:
    """Keep a role with these rights, and those that they need. Its people have them at once. Raises TitleTaken."""
    try:
        _save(role, rights, by)
    except IntegrityError as error:
        if broken_by(error) == "one_role_of_a_title":  # two gave one name at the same moment
            raise TitleTaken from error
        raise


@transaction.atomic
def _save(role: CustomRole, rights: Collection[Right], by: User) -> None:
    was = set() if role.pk is None else {*CustomRole.objects.select_for_update().get(pk=role.pk).rights}
    is_new = role.pk is None
    role.rights = [str(right) for right in completed(rights)]
    role.save()
    now = {*role.rights}
    people = User.objects.filter(custom_role=role)
    people.update(custom_rights=role.rights, custom_title=role.title)
    masks.refresh(people)
    second_factor.refresh_due(people)
    if Right.WORK in was - now:
        _take_accounts(people, by)
    if Right.PRESS in was - now or Right.LEAD in was - now:
        advisers.pass_on_unseen(Escalation.objects.filter(asked__in=people), by)
    verb = "role_added" if is_new else "role_changed"
    Event.note(verb, actor=by, role=role.pk, title=role.title, gained=sorted(now - was), lost=sorted(was - now))


@transaction.atomic
def remove(role: CustomRole, *, by: User) -> None:
    """Remove a role. Raises RoleInUse while somebody has it."""
    locked = CustomRole.objects.select_for_update().get(pk=role.pk)
    if User.objects.filter(custom_role=locked).exists():
        raise RoleInUse
    Event.note("role_removed", actor=by, role=locked.pk, title=locked.title)
    locked.delete()


def _take_accounts(people: Collection[User], by: User) -> None:
    """Who no longer works in conversations has no accounts, and gives back what they hold."""
    numbers = [person.pk for person in people]
    User.objects.filter(pk__in=numbers).update(all_accounts=False)
    User.accounts.through.objects.filter(user__in=numbers).delete()
    holders.give_back_unseen(by, people=numbers)
