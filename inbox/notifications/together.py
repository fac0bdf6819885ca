"""Customers who wait and whom nobody holds: a lead is told of all of them in one line, not one by one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from inbox.models import Conversation, Notification, User
from inbox.notifications.unread import unread_of

Kind = Notification.Kind
KINDS = (Kind.NEARLY_LATE, Kind.LATE)
FEWEST = 2  # one alone names its customer
MOST = 999  # of the newest: who deals with none of tens of thousands would wait until they are counted
QUIET_FOR = timedelta(minutes=10)  # after such a line is shown outside the list
ADDRESSES = {Kind.NEARLY_LATE: "/inbox/?queue=open&due=near&sort=target", Kind.LATE: "/inbox/?queue=late"}


class Waits(NamedTuple):
    """So many of a kind, and when the newest of them was told."""

    kind: str
    n: int
    newest: int
    told_at: datetime
    shown_at: datetime | None  # the newest of those their page has shown
    is_more: bool = False  # there are more than were counted

    @property
    def row(self) -> Notification:
        """The newest of them, as a list shows it."""
        return Notification(pk=self.newest, kind=self.kind, at=self.told_at)

    def is_news_after(self, pk: int) -> bool:
        """Whether a page that has shown so much tells it again: not shortly after the last time."""
        return self.newest > pk and (self.shown_at is None or self.told_at - self.shown_at > QUIET_FOR)


def waits_of(user: User) -> QuerySet[Notification]:
    """Return what a lead was told of waits that nobody holds, and has not dealt with."""
    return unread_of(user).filter(kind__in=KINDS).exclude(_is_held_by(user))


def counted(user: User, after: int = 0) -> dict[str, Waits]:
    """Return them by kind, where there are enough to be told together. A statement for each kind.

    `after` is the last notification that their page has shown. Counted to 999.
    """
    found = (_counted(user, kind, after) for kind in KINDS)
    return {waits.kind: waits for waits in found if waits.n >= FEWEST}


def _counted(user: User, kind: Kind, after: int) -> Waits:
    newest = waits_of(user).filter(kind=kind).values("pk")[: MOST + 1]
    row = Notification.objects.filter(pk__in=newest).aggregate(
        n=Count("pk"), newest=Max("pk"), told_at=Max("at"), shown_at=Max("at", filter=Q(pk__lte=after))
    )
    return Waits(kind, **row, is_more=row["n"] > MOST)


def settle(user: User, kind: str) -> int:
    """Mark those of a kind as read; return how many."""
    pks = list(waits_of(user).filter(kind=kind).values_list("pk", flat=True))
    return Notification.objects.filter(pk__in=pks).update(read_at=timezone.now())


def besides(user: User, kinds: Iterable[str]) -> Q:
    """Return what is left in a list beside the waits of these kinds that stand there together."""
    return ~Q(kind__in=list(kinds)) | _is_held_by(user)


def _is_held_by(user: User) -> Q:
    """Of what they hold themselves. Their few are read once, not the conversation of each notification."""
    return Q(conversation__in=Conversation.objects.mine(user).values("pk"))


def is_alike(row: Notification) -> bool:
    """Whether a notification is of a wait that its reader does not hold themselves."""
    return row.kind in KINDS and row.conversation is not None and row.conversation.assignee_id != row.user_id


def was_told(row: Notification, now: datetime) -> bool:
    """Whether its reader's browsers were told of such a wait just now."""
    rows = Notification.objects.filter(user=row.user_id, kind=row.kind, pushed_at__gt=now - QUIET_FOR)
    return rows.exclude(conversation__assignee=row.user_id).exists()


def words_of(kind: str, n: int, *, is_more: bool = False) -> str:
    """Return so many waits as a line; `is_more` where there are more."""
    shown = f"{min(n, MOST)}+" if is_more else str(n)
    if kind == Kind.NEARLY_LATE:
        words = ngettext("%(n)s customer has waited almost too long", "%(n)s customers have waited almost too long", n)
    else:
        words = ngettext(
            "%(n)s customer has waited longer than you promised",
            "%(n)s customers have waited longer than you promised",
            n,
        )
    return words % {"n": shown}
