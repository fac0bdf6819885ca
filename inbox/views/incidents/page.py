"""What an incident's page shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from django.utils.translation import gettext as _

from channels.models import Account
from channels.platforms import platform_title
from channels.types import Route
from inbox.guard import rules as guard
from inbox.history.describe import Told, names_in, tell
from inbox.http import AgentRequest
from inbox.incidents import running
from inbox.incidents.answering import pace_of
from inbox.incidents.groups import Group, Grouped, groups_of
from inbox.incidents.look_first import draft_of
from inbox.incidents.totals import STANDS, reasons_of, totals_of, with_stand
from inbox.models import Conversation, Event, Incident, Message, User
from inbox.models.message import search_words
from inbox.text.length import length_of
from inbox.text.signature import with_signature
from webcare.lib.cursor import cursor_of, cursor_values, rows_after

HOURS_BACK = timedelta(hours=2)  # how far an incident looks back at first
ROWS = 20
_NEWEST = ("-id",)
# Of the words themselves, not of whom they go to.
_OF_THE_TEXT = ("personal_data", "sensitive", "spelling", "cliche", "defensive")


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of how it went."""

    event: Event
    told: Told


def page_of(request: AgentRequest, incident: Incident) -> dict[str, Any]:
    """Return everything."""
    user = request.user
    accounts = list(Account.objects.filter(pk__in=incident.account_ids).order_by("platform", "name"))
    found = groups_of(incident, user) if incident.ended_at is None else Grouped([], has_more=False)
    return {
        "accounts": accounts,
        "found": found,
        "too_long": list(_too_long(incident, accounts, user)),
        "hints": _hints(incident, found.groups, user) if not incident.is_approved else [],
        "may_approve": running.may_approve(incident, user),
        "held": _held(incident),
        "moments": _moments(incident),
        "section": "notices",
        **progress_of(incident, user),
        **recent_of(request, incident),
    }


def progress_of(incident: Incident, user: User) -> dict[str, Any]:
    """Return what moves while answers leave."""
    totals = totals_of(incident)
    moving = totals.to_go > 0 and incident.may_send
    return {
        "incident": incident,
        "user": user,
        "totals": totals,
        "bars": _bars(totals._asdict(), totals.chosen),
        "reasons": reasons_of(incident) if totals.skipped else [],
        "is_moving": moving,
        "minutes_left": _minutes_left(incident) if moving else 0,
        "paces": _paces(incident),
    }


def recent_of(request: AgentRequest, incident: Incident) -> dict[str, Any]:
    """Return a page of its replies, newest first, of one kind where asked for."""
    show = request.GET.get("show", "")
    # Not all that it concerns is everybody's to see.
    seen = Conversation.objects.visible_to(request.user).values("pk")
    rows = with_stand(incident).filter(conversation__in=seen)
    rows = rows.select_related("conversation__identity", "account", "message")
    rows = rows.defer("account__sealed_credentials", *search_words("message"))
    if show in STANDS:
        rows = rows.filter(stand=show)
    start = cursor_values(request.GET.get("after", ""), _NEWEST)
    if start:
        rows = rows.filter(rows_after(_NEWEST, start))
    found = list(rows.order_by(*_NEWEST)[: ROWS + 1])
    after = cursor_of(found[ROWS - 1], _NEWEST) if len(found) > ROWS else ""
    totals = totals_of(incident)
    return {
        "incident": incident,
        "replies": found[:ROWS],
        "show": show if show in STANDS else "",
        "after": after,
        "is_newest": not start,
        "is_moving": totals.to_go > 0 and incident.may_send,
    }


def _bars(totals: dict[str, int], chosen: int) -> list[tuple[str, str, str]]:
    """Return each part of the bar: what it is, where it begins and how wide it is, in per cent."""
    parts, left = [], 0.0
    for name in ("sent", "failed", "skipped", "stopped"):
        if totals[name]:
            width = round(100 * totals[name] / chosen, 2)
            parts.append((name, f"{left:.2f}%", f"{width}%"))
            left += width
    return parts


def _minutes_left(incident: Incident) -> int:
    """Return about how long it takes: the slowest account's share."""
    waiting: dict[int, int] = {}
    for account in with_stand(incident).filter(stand="waiting").order_by().values_list("account", flat=True):
        waiting[account] = waiting.get(account, 0) + 1
    accounts = Account.objects.in_bulk(list(waiting))
    spans = [pace_of(accounts[pk]) * n for pk, n in waiting.items()]
    return ceil(max(spans, default=timedelta()) / timedelta(minutes=1))


def _paces(incident: Incident) -> list[str]:
    """Return how many answers a minute each platform takes, in words."""
    accounts = Account.objects.filter(pk__in=incident.account_ids).order_by("platform")
    paces = {account.platform: account.capabilities.answers_a_minute for account in accounts}
    return [
        _("%(platform)s: %(n)d a minute per account") % {"platform": platform_title(platform), "n": n}
        for platform, n in paces.items()
    ]


def _too_long(incident: Incident, accounts: list[Account], user: User) -> Iterator[str]:
    """Say for which platforms the text is too long."""
    for platform in sorted({account.platform for account in accounts}):
        account = next(account for account in accounts if account.platform == platform)
        for route in (Route.PUBLIC_REPLY, Route.PRIVATE_MESSAGE):
            rules = account.capabilities.routes.get(route)
            if rules is None:
                continue
            length = length_of(with_signature(incident.text, account, user), rules)
            if length > rules.limit:
                named = {"platform": platform_title(platform), "n": length, "most": rules.limit}
                yield _("Too long for %(platform)s: %(n)d of %(most)d.") % named
                break


def _hints(incident: Incident, groups: list[Group], user: User) -> list[guard.Hint]:
    """Return what the guard says of the text, as the first customer would get it."""
    if not groups:
        return []
    written = draft_of(incident, groups[0].example.conversation, user, groups[0].example.text)
    return [hint for hint in guard.check(written) if hint.code in _OF_THE_TEXT]


def _held(incident: Incident) -> int:
    """Return how many automatic messages wait now."""
    waiting = Message.objects.filter(
        automatic=True, account__in=incident.account_ids, state__in=[Message.State.QUEUED, Message.State.RETRY]
    )
    return waiting.count() if incident.holds_automatic and incident.ended_at is None else 0


def _moments(incident: Incident) -> list[Moment]:
    events = Event.objects.filter(
        conversation=None, at__gte=incident.started_at - timedelta(minutes=1), data__incident=incident.pk
    )
    found = list(events.select_related("actor").order_by("pk")[:100])
    names = names_in(found)
    return [
        Moment(event, tell(event.verb, event.data, event.actor.name if event.actor else "", names)) for event in found
    ]
