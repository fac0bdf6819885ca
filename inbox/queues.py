"""The lists of work: which there are, what is in them, and one page of rows at a time."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inbox.models import Conversation, User
from inbox.models.conversation import ConversationQuerySet

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from channels.models import Account

PAGE = 30  # a little more than the tallest screen holds


@dataclass(frozen=True, slots=True)
class Queue:
    """One list. `order` names the fields it is sorted by, all of them with an index behind them; the last is unique."""

    key: str
    title: _StrPromise
    icon: str
    selects: Callable[[ConversationQuerySet, User], ConversationQuerySet]
    order: tuple[str, ...]
    order_title: _StrPromise
    empty_title: _StrPromise
    empty_text: _StrPromise


_WAITING = ("waiting_since", "id")

QUEUES = {
    queue.key: queue
    for queue in (
        Queue(
            "mine",
            _("Mine"),
            "user-round",
            lambda rows, user: rows.mine(user),
            _WAITING,
            _("Waiting longest"),
            _("Everything of yours is answered"),
            _("Take the next conversation from the unassigned ones."),
        ),
        Queue(
            "unassigned",
            _("Unassigned"),
            "hand",
            lambda rows, user: rows.unassigned(),
            _WAITING,
            _("Waiting longest"),
            _("Nobody is waiting for someone to pick up"),
            _("Every open conversation has an owner."),
        ),
        Queue(
            "open",
            _("All open"),
            "inbox",
            lambda rows, user: rows.open(),
            _WAITING,
            _("Waiting longest"),
            _("Nothing is open"),
            _("New messages appear here by themselves."),
        ),
        Queue(
            "snoozed",
            _("Snoozed"),
            "moon",
            lambda rows, user: rows.filter(status=Conversation.Status.SNOOZED),
            ("snoozed_until", "id"),
            _("Back soonest"),
            _("Nothing is snoozed"),
            _("What you snooze comes back at its time, or sooner when the customer writes."),
        ),
        Queue(
            "failed",
            _("Not sent"),
            "circle-alert",
            lambda rows, user: rows.filter(failed_count__gt=0),
            ("id",),
            _("Oldest first"),
            _("Every answer has left"),
            _("An answer that a platform refuses is shown here until someone has dealt with it."),
        ),
        Queue(
            "closed",
            _("Closed"),
            "archive",
            lambda rows, user: rows.closed(),
            ("-closed_at", "-id"),
            _("Closed last"),
            _("Nothing is closed yet"),
            _("What is done is kept here."),
        ),
    )
}
NEWEST = ("-last_message_at", "-id")
_SORTABLE = ("mine", "unassigned", "open")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a list shows, as its address says it: a queue, perhaps one account, and an order."""

    queue: Queue
    account: str = ""  # an account's code
    newest: bool = False

    @classmethod
    def of(cls, values: Any) -> Scope:
        """Read it from a query string (anything with .get); what is unknown there counts as not given."""
        queue = QUEUES.get(values.get("queue", ""), QUEUES["open"])
        return cls(queue, values.get("account", ""), values.get("sort") == "newest" and queue.key in _SORTABLE)

    @property
    def query(self) -> dict[str, str]:
        """The query string's values; what is as always is left out."""
        values = {
            "queue": "" if self.queue.key == "open" else self.queue.key,
            "account": self.account,
            "sort": "newest" if self.newest else "",
        }
        return {key: value for key, value in values.items() if value}

    @property
    def sortable(self) -> bool:
        """Whether this list can be turned around."""
        return self.queue.key in _SORTABLE

    @property
    def order(self) -> tuple[str, ...]:
        """The fields the list is sorted by."""
        return NEWEST if self.newest else self.queue.order

    def only(self, account: str) -> Scope:
        """The same list for one account."""
        return replace(self, account=account)

    def select(self, user: User, accounts: Sequence[Account]) -> ConversationQuerySet:
        """Every row of this list this person may see. `accounts` are the ones they may see."""
        wanted = [account.pk for account in accounts if not self.account or str(account.code) == self.account]
        return self.queue.selects(Conversation.objects.filter(account__in=wanted), user)


@dataclass(frozen=True, slots=True)
class ListPage:
    """Rows, and where the next ones start ("" at the end)."""

    rows: list[Conversation] = field(default_factory=list)
    after: str = ""


def rows_of(scope: Scope, user: User, accounts: Sequence[Account], *, after: str = "", size: int = PAGE) -> ListPage:
    """Return one page of a list in one statement; by keyset, so that nothing shifts between pages."""
    found = scope.select(user, accounts).for_rows().defer("account__sealed_credentials")
    place = _unpack(after, scope.order)
    if place:
        found = found.filter(_past(scope.order, place))
    rows = list(found.order_by(*scope.order)[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return ListPage(rows, _pack([getattr(rows[-1], name.lstrip("-")) for name in scope.order]) if more else "")


def _past(order: tuple[str, ...], values: list[Any]) -> Q:
    """Everything behind the given row. Ascending, NULLs are last: who waits comes before who does not."""
    past = Q(pk__in=[])
    equal = Q()
    for name, value in zip(order, values, strict=False):
        plain = name.lstrip("-")
        if value is None:
            equal &= Q(**{f"{plain}__isnull": True})
            continue
        step = Q(**{f"{plain}__{'lt' if name.startswith('-') else 'gt'}": value})
        if plain == "waiting_since":
            step |= Q(waiting_since=None)
        past |= equal & step
        equal &= Q(**{plain: value})
    return past


def _pack(values: list[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _unpack(text: str, order: tuple[str, ...]) -> list[Any]:
    """Return a place in a list, or [] for its beginning: also for a place somebody made up."""
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) if text else []
        place = [datetime.fromisoformat(value) if isinstance(value, str) else value for value in values]
    except (ValueError, TypeError):
        return []
    fits = len(place) == len(order) and all(
        type(value) is int if name.endswith("id") else value is None or isinstance(value, datetime)
        for name, value in zip(order, place, strict=False)
    )
    return place if fits else []
