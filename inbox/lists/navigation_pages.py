"""Pages besides the inbox, as lines of the navigation: those of every day, and those where things are set up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from inbox.lists.navigation_item import Item
from inbox.models.rights import Right

if TYPE_CHECKING:
    from inbox.models import User


def pages_of(user: User, section: str, *, monitors: bool, publishes: bool) -> Iterator[Item]:
    """Yield the pages that somebody works with every day."""
    works = not user.is_auditor
    if user.has(Right.LEAD):
        yield _page("cockpit", pgettext("in the menu", "Workload"), "columns-3", section, title=_("Workload"))
    if works:
        yield _page("notices", _("Notice board"), "megaphone", section)
    if works and publishes:
        yield _page("posts", _("Posts"), "calendar-days", section, of="publishing")
    if monitors and works:
        yield _page("monitoring", _("Monitoring"), "radar", section)
    if user.has(Right.FIGURES) or user.led_teams:
        yield _page("figures", _("Figures"), "chart-line", section)


def managed_by(user: User, section: str) -> Iterator[Item]:
    """Yield the pages where somebody may set things up, or look back."""
    if not user.is_auditor:
        yield _page("canned_library", _("Texts and teams"), "book-open-text", section, of="writing")
        yield _page("practice", _("Practice"), "graduation-cap", section)
    if user.has(Right.LOG) or user.has(Right.PEOPLE):
        yield _page("people", _("People"), "users", section)
    if user.has(Right.ACCOUNTS):
        yield _page("accounts", _("Accounts"), "plug", section)
    if user.has(Right.RULES):
        yield _page("rules", _("Rules"), "workflow", section)
    if user.has(Right.LOG):
        yield _page("log", _("Log"), "history", section)
    if user.is_admin:
        yield _page("crm", _("CRM"), "contact", section)
        yield _page("assist", _("Assistant"), "sparkles", section)
    if user.has(Right.API):
        yield _page("api_tokens", _("API"), "braces", section, of="api", title=_("API and webhooks"))
    if user.has(Right.ORGANISATION):
        yield _page("organisation", _("Organisation"), "building-2", section)
    if user.has(Right.PRIVACY):
        yield _page("privacy", _("Privacy"), "shield-check", section)
    elif user.has(Right.READS):
        yield _page("reads", _("Who read what"), "shield-check", section, of="privacy")
    if settings.OPERATORS_ADMIN and user.has(Right.OPERATE):
        yield _page("operators:index", _("Technical tables"), "layers", section, of="operators")


def _page(name: str, text: str, icon: str, section: str, *, of: str = "", title: str = "") -> Item:
    return Item(reverse(name), text, icon, title=title, unit="", is_current=section == (of or name))
