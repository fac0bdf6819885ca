"""What the list's menus offer, why a list is empty, first steps, and the sheet of keys."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from inbox.library.reference import LabelEntry, TeamEntry
from inbox.lists import empty_states, first_steps, navigation_items
from inbox.lists.bulk import MOST
from inbox.lists.filter_choices import FilterMenu, groups_for
from inbox.lists.navigation import nav_of
from inbox.lists.navigation_item import Item
from inbox.lists.navigation_pages import managed_by
from inbox.lists.row import RowsAround, case_of, row_of
from inbox.models import Conversation
from inbox.triage import priority
from inbox.undo.bar import moment_in_words
from inbox.views import shortcuts
from inbox.views.forms import SnoozeForm
from webcare.lib.kept import kept_parts

register = template.Library()
_MOST_TABS = 4  # beside one's own preferences; a phone has room for no more


@register.simple_tag(takes_context=True)
def list_rows(context: dict[str, Any], conversations: Iterable[Any], current: Any = None) -> SafeString:
    """Rows of a list, each kept by what it shows."""
    scope, now = context["scope"], timezone.now()
    around = RowsAround(
        f"?{scope.address}" if scope.query else "",
        ranks=scope.sort == "priority",
        now=now,
        today=timezone.localdate(now),
        current=current.pk if current else None,
    )
    return kept_parts("inbox/list/_row.html", (row_of(conversation, around) for conversation in conversations))


@register.simple_tag(takes_context=True)
def nav_counts(context: dict[str, Any]) -> navigation_items.Counts:
    """The navigation's lines with their counts."""
    return navigation_items.counts_of(context["nav"], context.get("scope"), context.get("section", ""))


@register.simple_tag(takes_context=True)
def publishes(context: dict[str, Any]) -> bool:
    """Return whether posts of our own may leave through one of the reader's accounts."""
    return any(account.may_publish for account in context["nav"].accounts)


@register.simple_tag(takes_context=True)
def nav_foot(context: dict[str, Any]) -> navigation_items.Foot:
    """What stands below the navigation."""
    reader = context["user"]
    monitors = not reader.is_auditor and context["nav"].organisation.monitors
    has_posts = not reader.is_auditor and publishes(context)
    return navigation_items.foot_of(reader, context.get("section", ""), monitors=monitors, publishes=has_posts)


@register.simple_tag(takes_context=True)
def managed_tabs(context: dict[str, Any]) -> list[Item]:
    """The first pages that somebody without conversations may open, for a phone's bar."""
    return list(islice(managed_by(context["user"], context.get("section", "")), _MOST_TABS))


@register.simple_tag(takes_context=True)
def filter_menu(context: dict[str, Any]) -> FilterMenu:
    """What this list is, and can be narrowed by."""
    return FilterMenu(context["scope"], groups_for(context["scope"], context["nav"]))


class BulkActs(NamedTuple):
    """What the bar of picked conversations offers."""

    teams: tuple[TeamEntry, ...]
    labels: tuple[LabelEntry, ...]
    today: date


@register.simple_tag(takes_context=True)
def bulk_acts(context: dict[str, Any]) -> BulkActs:
    """What can be done with picked conversations."""
    return BulkActs(context["nav"].all_teams, context["nav"].labels, timezone.localdate())


@register.simple_tag
def bulk_choices() -> dict[str, Any]:
    """Until when to snooze, and why to close without an answer."""
    reasons = Conversation.CloseReason
    # What cannot be solved, or was liked, is looked at one by one.
    single = (reasons.ANSWERED, reasons.UNSOLVABLE, reasons.LIKED)
    return {
        "most": MOST,
        "spans": SnoozeForm.SPANS,
        "reasons": [choice for choice in reasons.choices if choice[0] not in single],
    }


@register.simple_tag
def case_rows(conversations: Iterable[Any]) -> SafeString:
    """Lines of the lead's cases, each kept by what it shows."""
    now = timezone.now()
    around = RowsAround("", ranks=False, now=now, today=timezone.localdate(now), current=None)
    return kept_parts("inbox/lead/_case.html", (case_of(row_of(each, around), each) for each in conversations))


@register.simple_tag
def key_sheet(page: str | None = None) -> Any:
    """Every key of a page under its heading: of the lead's ("cockpit"), of questions, else of the inbox."""
    return shortcuts.SHEETS.get(page or "", shortcuts.SHEET)


@register.simple_tag(takes_context=True)
def updates_address(context: Any) -> str:
    """Where a page of the inbox asks what changed. It names its rows, where a team may take one out of sight."""
    query = dict(context["scope"].query)
    if context["request"].user.closed_teams:
        query["rows"] = ",".join(str(row.code) for row in context["page"].rows)
    return f"{reverse('updates')}{'?' if query else ''}{urlencode(query)}"


@register.filter
def in_week(moment: datetime) -> str:
    """A moment that is near: 14:30 today, tomorrow 07:12, Friday 09:00."""
    return moment_in_words(moment)


@register.simple_tag
def priority_words() -> str:
    """What the priority is made of."""
    return priority.explanation_of()


@register.simple_tag(takes_context=True)
def steps_of_reader(context: Any) -> first_steps.Steps | None:
    """How far whoever reads this page is with their first steps; None when they are past them."""
    user = getattr(context.get("request"), "user", None)
    return first_steps.steps_of(user) if user is not None and user.is_authenticated else None


@register.simple_tag(takes_context=True)
def why_empty(context: Any) -> empty_states.EmptyState:
    """Why the list of this page is empty, and where to go from there."""
    request = context["request"]
    return empty_states.empty_state_of(context["scope"], nav_of(request), request.user)
