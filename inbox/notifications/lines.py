"""Notifications as the page shows them: a line each, by cursor, newest first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from inbox.models import Notification, User
from inbox.notifications import together
from inbox.notifications.unread import all_of, unread_of
from inbox.notifications.words import address_of, words_of
from webcare.lib.cursor import cursor_of, cursor_values, rows_after

if TYPE_CHECKING:
    from channels.models import Account

PAGE = 50
AT_ONCE = 5  # lines told at once outside the list
_NEWEST = ("-at", "-id")


@dataclass(frozen=True, slots=True)
class Line:
    """One notification as its reader sees it, who may see the customer's name."""

    row: Notification
    words: str
    address: str
    contact: str  # the customer's name; "" where it is about no one conversation
    is_many: bool = False  # of its kind, told together

    @property
    def account(self) -> Account | None:
        """Whose badge stands there."""
        if self.is_many:
            return None
        return self.row.conversation.account if self.row.conversation else self.row.account

    @property
    def about(self) -> str:
        """Whom or what it is about: a customer, an account, a round of practice; "" for many."""
        if self.is_many:
            return ""
        if self.row.practice is not None:
            return self.row.practice.name
        return self.contact or (self.account.at_handle if self.account else "")


@dataclass(frozen=True, slots=True)
class Page:
    """Lines, and where the older ones start ("" at the end)."""

    lines: list[Line] = field(default_factory=list)
    older: str = ""


def page_of(user: User, *, of_all: bool = False, older: str = "", size: int = PAGE) -> Page:
    """Return a page of what a person has not dealt with, or of everything they were told."""
    found = all_of(user) if of_all else unread_of(user)
    many = {} if of_all else together.counted(user)
    if many:
        found = found.filter(together.besides(user, many))
    start = cursor_values(older, _NEWEST)
    if start:
        found = found.filter(rows_after(_NEWEST, start), at__lte=start[0])
    rows = list(found[: size + 1])
    shown = rows[:size]
    first = [] if start else [_together(waits) for waits in many.values()]
    return Page(first + [_line(row) for row in shown], cursor_of(shown[-1], _NEWEST) if len(rows) > size else "")


def newer_than(user: User, pk: int) -> list[Line]:
    """Return what somebody has not dealt with and that came after a notification; the newest few.

    Waits that nobody holds are one line, and none shortly after the last: the bell counts them all the same.
    """
    many = together.counted(user, after=pk)
    found = unread_of(user).filter(together.besides(user, many), pk__gt=pk)
    told = [_line(row, first_name=True) for row in found[:AT_ONCE]]
    return told + [_together(waits) for waits in many.values() if waits.is_news_after(pk)]


def _together(waits: together.Waits) -> Line:
    words = together.words_of(waits.kind, waits.n, is_more=waits.is_more)
    return Line(waits.row, words, together.ADDRESSES[Notification.Kind(waits.kind)], "", is_many=True)


def _line(row: Notification, *, first_name: bool = False) -> Line:
    contact = (row.conversation.identity.title or _("Unknown")) if row.conversation else ""
    return Line(row, words_of(row, first_name=first_name), address_of(row), contact)
