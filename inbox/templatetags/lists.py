"""What the list's menus offer, why a list is empty, first steps, and the sheet of keys."""

from __future__ import annotations

from typing import Any

from django import template

from inbox.lists import empty_states, first_steps
from inbox.lists.bulk import MOST
from inbox.lists.filter_choices import Group, groups_for
from inbox.lists.navigation import nav_of
from inbox.models import Conversation
from inbox.triage import priority
from inbox.views import shortcuts
from inbox.views.forms import SnoozeForm

register = template.Library()


@register.filter
def has_marks(row: Any) -> bool:
    """Whether a line of marks stands under a row's text."""
    troubled = row.account.removed_at or row.failed_count or row.is_blocked or row.is_complaint
    return bool(troubled or row.status == "snoozed" or row.window_near or row.has_draft or row.label_names)


@register.simple_tag(takes_context=True)
def filter_groups(context: dict[str, Any]) -> list[Group]:
    """What this list can be narrowed by."""
    return groups_for(context["scope"], context["nav"])


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
def key_sheet() -> Any:
    """Every key under its heading."""
    return shortcuts.SHEET


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
