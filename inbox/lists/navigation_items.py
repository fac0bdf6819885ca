"""The lines of the navigation, each with all that it shows (webcare/lib/kept.py)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from channels.platforms import platform_title
from inbox.lists.navigation_item import Item
from inbox.lists.navigation_pages import managed_by, pages_of
from inbox.routing import presence

if TYPE_CHECKING:
    from inbox.lists.navigation import Nav
    from inbox.lists.queues import Scope
    from inbox.models import Presence, User


FEW = 3  # so many pages where things are set up stand among the others


class Section(NamedTuple):
    """Lines under a heading."""

    title: str
    items: tuple[Item, ...]


class Counts(NamedTuple):
    """All that the navigation's body shows."""

    queues: tuple[Item, ...]
    sections: tuple[Section, ...]


class Foot(NamedTuple):
    """All that stands below: pages besides the inbox, and who is signed in."""

    pages: tuple[Item, ...]
    managed: tuple[Item, ...]  # pages where things are set up, folded together
    section: str
    is_auditor: bool
    name: str
    initials: str
    role: str
    state: Presence.State

    @property
    def is_managing(self) -> bool:
        """Whether one of the folded pages is open."""
        return any(item.is_current for item in self.managed)


def foot_of(user: User, section: str, *, monitors: bool, publishes: bool) -> Foot:
    """Return what stands below the navigation of a person.

    `monitors`: whether there is a query or a feed; `publishes`: whether they work in an account that may publish posts.
    """
    pages = tuple(pages_of(user, section, monitors=user.is_lead or monitors, publishes=publishes))
    managed = tuple(managed_by(user, section))
    if len(managed) <= FEW:
        pages, managed = pages + managed, ()
    return Foot(
        pages, managed, section, user.is_auditor, user.name, user.initials, user.get_role_display(),
        presence.state_of(user),
    )  # fmt: skip


def counts_of(nav: Nav, scope: Scope | None, section: str) -> Counts:
    """Return every line of the navigation with its count."""
    return Counts(tuple(_queues(nav, scope, section)), tuple(_sections(nav, scope)))


def _queues(nav: Nav, scope: Scope | None, section: str) -> Iterator[Item]:
    """Every queue, and the notifications."""
    here = scope.queue.key if scope and scope.is_plain else ""
    for queue, count in nav.queues:
        yield Item(
            "/inbox/" + ("" if queue.key == "open" else f"?queue={queue.key}"),
            str(queue.title),
            queue.icon,
            n=count if count or queue.shows_zero else None,
            unit="queue",
            is_hot=queue.key == "failed" and bool(count),
            is_current=here == queue.key,
        )
    yield Item(
        reverse("notifications"),
        _("Notifications"),
        "bell",
        n=nav.alerts or None,
        is_more=nav.has_more_alerts,
        unit="",
        is_current=section == "notifications",
        newest_alert=nav.newest_alert,
    )


def _sections(nav: Nav, scope: Scope | None) -> Iterator[Section]:
    """Accounts, saved views, teams and labels, where there are any."""
    filters: Any = scope.filters if scope else None
    accounts = tuple(_accounts(nav, scope.account if scope else ""))
    if accounts:
        yield Section(_("Channels"), accounts)
    views = tuple(_views(nav, scope))
    if views:
        yield Section(_("Views"), views)
    if nav.teams:
        of_teams = (
            Item(f"/inbox/?team={row.code}", row.name, "users", n=row.n, is_current=_is(filters, "team", row.code))
            for row in nav.team_counts
        )
        yield Section(_("Teams"), tuple(of_teams))
    if nav.labels:
        of_labels = (
            Item(f"/inbox/?label={row.code}", row.name, "tag", n=row.n, is_current=_is(filters, "label", row.code))
            for row in nav.label_counts
        )
        yield Section(_("Labels"), tuple(item for item in of_labels if item.n or item.is_current))


def _is(filters: Any, name: str, code: str) -> bool:
    return filters is not None and getattr(filters, name) == code


def _accounts(nav: Nav, chosen: str) -> Iterator[Item]:
    for account, count in nav.account_counts:
        platform = platform_title(account.platform)
        yield Item(
            f"/inbox/?account={account.code}",
            account.at_handle,
            platform=account.platform,
            colour=account.colour,
            title=f"{account.at_handle}, {platform}",
            also=platform,
            n=count,
            is_current=chosen == str(account.code),
            is_disconnected=account.health in ("reauth", "failing"),
        )


def _views(nav: Nav, scope: Scope | None) -> Iterator[Item]:
    for view in nav.views:
        yield Item(
            f"/inbox/?{view.query}",
            view.name,
            "users" if view.is_shared else "list-filter",
            also=_("shared") if view.is_shared else "",
            is_current=scope is not None and scope.address == view.query,
        )
