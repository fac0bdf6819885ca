"""What the palette offers for a few letters: acts on the open conversation, people, conversations, places to go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from inbox.access import conversation_for
from inbox.http import AgentRequest
from inbox.lists.navigation import Nav, nav_of
from inbox.lists.search import (
    SearchQuery,
    TooSlow,
    address_of,
    find,
    people,
)
from inbox.models import Conversation, User
from inbox.models.rights import Right
from inbox.notifications.mentions import colleagues_on
from inbox.text.masking import masked
from inbox.thread.seen_by_customer import said_in
from webcare.lib.text import fold

_MOST = 6  # of each kind


@dataclass(frozen=True, slots=True)
class Option:
    """One line. With `act` it is a form with one value; else a link. `badge` is a platform."""

    title: str
    href: str
    icon: str = ""
    small: str = ""
    badge: str = ""
    key: str = ""
    act: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Options of one kind under a heading."""

    title: str
    options: Sequence[Option]


def groups_for(request: AgentRequest, text: str, on: str) -> list[Group]:
    """Return what fits the letters, at most a handful of each kind; what one may not see or do is absent."""
    text, nav = text.replace("\x00", "").strip(), nav_of(request)
    fits = fold(text)
    groups = [Group(_("In this conversation"), _matching(_acts(request, nav, fits, on), fits))]
    if len(text) > 1:
        try:
            found = people(text, nav.readable, request.user.closed_teams)
            groups.append(Group(_("People"), [_person_option(identity) for identity in found]))
            hits = find(SearchQuery.of({"q": text}), nav.readable, request.user.closed_teams, size=_MOST).messages
            groups.append(Group(_("Conversations"), [_message_option(message) for message in hits]))
        except TooSlow:
            pass  # the places to go are still worth showing; the search page says what to do
    groups.append(Group(_("Go to"), _matching(_places(request.user, nav), fits)))
    return [group for group in groups if group.options]


def _matching(options: Iterator[Option], fits: str) -> list[Option]:
    return [option for option in options if fits in fold(option.title)][: _MOST if fits else 12]


def _acts(request: AgentRequest, nav: Nav, fits: str, on: str) -> Iterator[Option]:
    try:
        conversation = conversation_for(request, on, write=True) if on else None
    except (Http404, PermissionDenied):
        conversation = None  # nothing can be done to it: not there, not theirs, or of a removed account
    if conversation is None:
        return
    code = conversation.code

    def to(name: str) -> str:
        return reverse(name, args=[code])

    if conversation.status == Conversation.Status.CLOSED:
        yield Option(_("Reopen"), to("reopen"), "rotate-ccw", key="E", act=("", ""))
        return
    if conversation.assignee_id != request.user.pk:
        yield Option(_("Take it"), to("claim"), "hand", key="M", act=("", ""))
    yield Option(pgettext("verb, a conversation", "Close"), to("close"), "check", key="E", act=("", ""))
    yield Option(_("Snooze until tomorrow at nine"), to("snooze"), "moon", key="Z", act=("span", "tomorrow"))
    yield Option(_("Snooze until they answer"), to("snooze"), "moon", act=("span", "answer"))
    yield Option(_("Ask when in doubt"), to("ask"), "circle-question-mark", key="Q")
    if not fits:
        return
    for person in colleagues_on(conversation):
        title = _("Assign to %(name)s") % {"name": person.name}
        yield Option(title, to("assign"), "user-plus", key="A", act=("user", str(person.code)))
    for label in nav.labels:
        title = _("Label: %(name)s") % {"name": label.name}
        yield Option(title, to("labels"), "tag", key="L", act=("label", label.code))
    for team in nav.all_teams:
        title = _("Team: %(name)s") % {"name": team.name}
        yield Option(title, to("team"), "users", key="T", act=("team", team.code))


def _person_option(identity: Any) -> Option:
    (talk,) = identity.talks
    return Option(identity.title, talk.get_absolute_url(), small=identity.at_handle, badge=identity.platform)


def _message_option(message: Any) -> Option:
    title = message.conversation.identity.title or _("Unknown")
    return Option(title, address_of(message), small=masked(said_in(message))[:90], badge=message.account.platform)


def _places(user: User, nav: Nav) -> Iterator[Option]:
    inbox = reverse("inbox")
    for queue, _count in nav.queues:
        yield Option(str(queue.title), f"{inbox}?queue={queue.key}", queue.icon)
    for view in nav.views:
        yield Option(view.name, f"{inbox}?{view.query}", "list-filter", small=_("View"))
    for account in nav.accounts:
        yield Option(account.at_handle, f"{inbox}?account={account.code}", badge=account.platform)
    for team in nav.teams:
        yield Option(team.name, f"{inbox}?team={team.code}", "users", small=_("Team"))
    for label in nav.labels:
        yield Option(label.name, f"{inbox}?label={label.code}", "tag", small=_("Label"))
    pages = [
        (_("Search everything"), "search", "search", True),
        (_("Saved views"), "saved_views", "list-filter", True),
        (_("Preferences"), "preferences", "settings", True),
        (_("Canned replies"), "canned_library", "message-square", True),
        (_("Guidelines"), "guidelines", "file", True),
        (_("Reviewed answers"), "reviews", "star", user.has(Right.QUALITY)),
        (_("Labels"), "labels_settings", "tag", user.has(Right.SETUP)),
        (_("Teams"), "teams_settings", "users", user.has(Right.SETUP)),
        (_("Response targets"), "targets", "clock", user.has(Right.SETUP)),
        (_("Promise"), "promise_settings", "megaphone", user.has(Right.ORGANISATION)),
        (_("People"), "people", "users", user.has(Right.LOG) or user.has(Right.PEOPLE)),
        (_("Accounts"), "accounts", "plug", user.has(Right.ACCOUNTS)),
        (_("Organisation"), "organisation", "building-2", user.has(Right.ORGANISATION)),
    ]
    yield from (Option(title, reverse(name), icon, small=_("Page")) for title, name, icon, allowed in pages if allowed)
