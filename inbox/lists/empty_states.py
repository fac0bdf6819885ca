"""Why a list is empty, and where to go from there: an empty list is the best moment to learn what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inbox.models import User

if TYPE_CHECKING:
    from inbox.lists.navigation import Nav
    from inbox.lists.queues import Scope


@dataclass(frozen=True, slots=True)
class NextStep:
    """A button that leads on."""

    title: str
    address: str
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class EmptyState:
    """What stands where the rows would be."""

    title: str
    text: str
    ways: tuple[NextStep, ...] = ()


def empty_state_of(scope: Scope, nav: Nav, user: User) -> EmptyState:
    """Return why this list is empty for this person, and what they can do about it."""
    if not nav.accounts:
        return _without_accounts(user)
    if scope.filters.count:
        return EmptyState(
            _("Nothing fits these filters"),
            _("In “%(queue)s” there may be more; the filters leave it out.") % {"queue": scope.queue.title},
            (NextStep(_("Take the filters off"), _list(queue=scope.queue.key, account=scope.account), is_main=True),),
        )
    account = nav.account(scope.account)
    text = str(scope.queue.empty_text)
    if account is not None:
        text = _("This is about %(account)s alone.") % {"account": account.at_handle} + f" {text}"
    elif scope.queue.key == "mine" and nav.free:
        text += " " + ngettext(
            "One conversation is unassigned.", "%(count)d conversations are unassigned.", nav.free
        ) % {"count": nav.free}
    return EmptyState(str(scope.queue.empty_title), text, tuple(_next_steps(scope, nav)))


def _next_steps(scope: Scope, nav: Nav) -> Iterator[NextStep]:
    """Where there is something to do: what nobody has, then one's own, then everything open."""
    queue, here = scope.queue.key, scope.account
    if here:
        yield NextStep(_("All accounts"), _list(queue=queue))
    if nav.free and queue != "unassigned" and not here:
        yield NextStep(_("To the unassigned ones"), _list(queue="unassigned"), is_main=True)
    elif nav.mine and queue != "mine" and not here:
        yield NextStep(_("To mine"), _list(queue="mine"), is_main=True)
    if queue != "open" and (nav.open_total or here):
        yield NextStep(_("All open"), _list(account=here))
    elif queue == "open" and nav.count("snoozed") and not here:
        yield NextStep(_("To the snoozed ones"), _list(queue="snoozed"))


def _without_accounts(user: User) -> EmptyState:
    if user.is_admin:
        return EmptyState(
            _("Connect your first account"),
            _(
                "Nothing can come in before Webcare may read along somewhere. The page says for each platform what you "
                "need; the first messages appear here within a minute."
            ),
            (NextStep(_("Connect an account"), reverse("accounts"), is_main=True),),
        )
    admins = [person.name for person in User.objects.filter(role=User.Role.ADMIN, is_active=True).order_by("pk")[:3]]
    return EmptyState(
        _("Nothing can come in yet"),
        _("No account that you may see is connected. An admin does that: %(names)s.") % {"names": ", ".join(admins)}
        if admins
        else _("No account that you may see is connected. An admin does that."),
    )


def _list(**values: str) -> str:
    query = urlencode({key: value for key, value in values.items() if value and (key, value) != ("queue", "open")})
    return reverse("inbox") + (f"?{query}" if query else "")
