"""The lists of work: which there are, what is in them, and one page of rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inbox.lists.filters import Filters, joined_values, parts
from inbox.lists.row import attach_marks
from inbox.live import customers, presence
from inbox.models import Conversation, Escalation, Message, Notification, User
from inbox.models.conversation import ConversationQuerySet
from webcare.lib.cursor import cursor_of, cursor_values, rows_after
from webcare.lib.prepared import AnyOf, Given, NoneOf, Prepared
from webcare.lib.text import is_uuid

if TYPE_CHECKING:
    from uuid import UUID

    from django.utils.functional import _StrPromise

    from channels.models import Account

PAGE = 30  # a little more than the tallest screen holds


@dataclass(frozen=True, slots=True, eq=False)  # each is one of its own, which makes a list cheap to compare
class Queue:
    """One list. `order` names the fields it is sorted by, all of them with an index behind them; the last is unique."""

    key: str
    title: _StrPromise
    icon: str
    selects: Callable[[ConversationQuerySet, Any, Any], ConversationQuerySet]  # of a reader's, at a moment
    order: tuple[str, ...]
    order_title: _StrPromise
    empty_title: _StrPromise
    empty_text: _StrPromise
    history: bool = False  # whether removed accounts' conversations stand in it too
    for_leads: bool = False  # whether only leads find it in the menu
    shows_zero: bool = True  # whether the menu says 0 where nothing stands in it


LEFT = "removed"
_WAITING = ("waiting_since", "id")
_NEWEST = ("-last_message_at", "-id")
_CLOSING = ("window_closes_at", "id")
_DUE = ("due_at", "id")


def _awaiting_approval() -> Any:
    """Conversations with an answer that a second person has to look at."""
    return Message.objects.filter(state=Message.State.APPROVAL).values("conversation")


def _with_mention_of(user: User) -> Any:
    """Conversations with a note that names somebody, which they have not dealt with."""
    unread = Notification.objects.filter(user=user, read_at=None, kind=Notification.Kind.MENTION)
    return unread.values("conversation")


def _with_question_to(user: User) -> Any:
    """Conversations in which somebody was asked what to do, and did not answer yet."""
    return Escalation.objects.asked_of(user).values("conversation")


QUEUES = {
    queue.key: queue
    for queue in (
        Queue(
            "mine",
            _("Mine"),
            "user-round",
            lambda rows, user, now: rows.mine(user),
            _WAITING,
            _("Waiting longest"),
            _("Everything of yours is answered"),
            _("Yours is what you took, answered or were given. Take the next one from the unassigned ones."),
        ),
        Queue(
            "unassigned",
            _("Unassigned"),
            "hand",
            lambda rows, user, now: rows.unassigned(),
            _WAITING,
            _("Waiting longest"),
            _("Nobody is waiting for someone to pick up"),
            _("Every open conversation has an owner. New ones stand here until somebody takes or answers them."),
        ),
        Queue(
            "mentions",
            _("Mentions of me"),
            "at-sign",
            lambda rows, user, now: rows.filter(pk__in=_with_mention_of(user)),
            ("-last_message_at", "-id"),
            _("Newest first"),
            _("Nobody asked for you"),
            _("When a colleague writes @ and your name in a note, the conversation appears here."),
            shows_zero=False,
        ),
        Queue(
            "open",
            _("All open"),
            "inbox",
            lambda rows, user, now: rows.open(),
            _WAITING,
            _("Waiting longest"),
            _("Nothing is open"),
            _("Everybody has an answer. New messages appear here by themselves; you need not reload."),
        ),
        Queue(
            "waiting",
            _("Waiting for customer"),
            "hourglass",
            lambda rows, user, now: rows.open().filter(waiting_since=None, last_direction="outbound"),
            _NEWEST,
            _("Newest first"),
            _("We are waiting for nobody"),
            _("What you answered and left open stands here until the customer writes again."),
        ),
        Queue(
            "late",
            _("Late"),
            "clock-alert",
            lambda rows, user, now: rows.open().filter(due_at__lte=now),
            _DUE,
            _("Most overdue"),
            _("Nobody is late"),
            _("Who waits longer than your response target stands here, the longest overdue first."),
            for_leads=True,
        ),
        Queue(
            "closing",
            _("Window closing"),
            "alarm-clock",
            lambda rows, user, now: rows.open().filter(window_closes_at__gt=now, waiting_since__isnull=False),
            _CLOSING,
            _("Window closes soonest"),
            _("No reply window is running out"),
            _("Private messages may be answered freely for a limited time. Who still waits then stands here."),
            shows_zero=False,
        ),
        Queue(
            "asked",
            _("Asked of me"),
            "circle-question-mark",
            lambda rows, user, now: rows.filter(pk__in=_with_question_to(user)),
            _WAITING,
            _("Waiting longest"),
            _("Nobody waits for your word"),
            _("When a colleague is in doubt and asks you, the conversation stands here until you answer."),
            shows_zero=False,
        ),
        Queue(
            "approval",
            _("Waiting for approval"),
            "stamp",
            lambda rows, user, now: rows.filter(pk__in=_awaiting_approval()),
            _WAITING,
            _("Waiting longest"),
            _("No answer waits for approval"),
            _("An answer that needs a second person waits here until a colleague has looked at it."),
            shows_zero=False,
        ),
        Queue(
            "snoozed",
            _("Snoozed"),
            "moon",
            lambda rows, user, now: rows.filter(status=Conversation.Status.SNOOZED),
            ("snoozed_until", "id"),
            _("Back soonest"),
            _("Nothing is snoozed"),
            _("What you snooze comes back at its time, or sooner when the customer writes."),
        ),
        Queue(
            "failed",
            _("Not sent"),
            "circle-alert",
            lambda rows, user, now: rows.filter(failed_count__gt=0),
            ("id",),
            _("Oldest first"),
            _("Every answer has left"),
            _("An answer that a platform refuses is shown here until someone has dealt with it."),
            shows_zero=False,
        ),
        Queue(
            "closed",
            _("Closed"),
            "archive",
            lambda rows, user, now: rows.closed(),
            ("-closed_at", "-id"),
            _("Closed last"),
            _("Nothing is closed yet"),
            _("What you close is kept here. When the customer soon writes again, it opens by itself."),
            history=True,
        ),
        Queue(
            LEFT,
            _("Account removed"),
            "unlink",
            lambda rows, user, now: rows.left_open(),
            _NEWEST,
            _("Newest first"),
            _("Nothing was left open"),
            _("What was still open when its account was removed stands here, to be read."),
            history=True,
        ),
        Queue(
            "complaints",
            _("Complaints without reply"),
            "triangle-alert",
            lambda rows, user, now: rows.closed().filter(is_complaint=True, last_direction="inbound"),
            ("-closed_at", "-id"),
            _("Closed last"),
            _("Every complaint was answered"),
            _("A complaint that was closed while the customer had the last word stands here."),
        ),
    )
}
# Other ways to sort, by the address' value. "" is the queue's own.
SORTS: dict[str, tuple[_StrPromise | str, tuple[str, ...]]] = {
    "newest": (_("Newest first"), _NEWEST),
    "priority": (_("Priority"), ("-priority", "waiting_since", "id")),
    "target": (_("Response target"), _DUE),
    "window": (_("Window closes soonest"), _CLOSING),
}
_SORTABLE = ("mine", "unassigned", "open")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a list shows, as its address says it: a queue, perhaps one account, filters, and an order."""

    queue: Queue
    account: str = ""  # accounts' codes, with commas
    sort: str = ""
    filters: Filters = Filters()

    @classmethod
    def of(cls, values: Any) -> Scope:
        """Read it from a query string (anything with .get); what is unknown there counts as not given."""
        queue = QUEUES.get(values.get("queue", ""), QUEUES["open"])
        account, sort = joined_values(values, "account", is_uuid), values.get("sort", "")
        sort = sort if sort in SORTS and queue.key in _SORTABLE else ""
        return cls(queue, account, sort, Filters.of(values))

    @property
    def query(self) -> dict[str, str]:
        """The query string's values; what is as always is left out."""
        values = {
            "queue": "" if self.queue.key == "open" else self.queue.key,
            "account": self.account,
            "sort": self.sort,
            **self.filters.query,
        }
        return {key: value for key, value in values.items() if value}

    @property
    def address(self) -> str:
        """The query string itself, always written the same way: saved views are compared by it."""
        return urlencode(self.query)

    @property
    def is_plain(self) -> bool:
        """Whether this is a queue as the navigation has it, with nothing narrowed."""
        return not self.account and not self.filters.count

    @property
    def sortable(self) -> bool:
        """Whether this list can be sorted in other ways."""
        return self.queue.key in _SORTABLE

    @property
    def sorts(self) -> list[tuple[str, Any]]:
        """Every way to sort this list: the address' value and its name."""
        return [("", self.queue.order_title), *((key, title) for key, (title, _order) in SORTS.items())]

    @property
    def sort_title(self) -> Any:
        """How this list is sorted, in words."""
        return SORTS[self.sort][0] if self.sort else self.queue.order_title

    @property
    def order(self) -> tuple[str, ...]:
        """The fields the list is sorted by."""
        return SORTS[self.sort][1] if self.sort else self.queue.order

    def only(self, account: str) -> Scope:
        """The same list for one account."""
        return replace(self, account=account)

    def select(self, user: User, accounts: Sequence[Account]) -> ConversationQuerySet:
        """Every row of this list this person may see. `accounts` are the ones they may read."""
        rows = Conversation.objects.filter(account__in=self._accounts_among(accounts)).outside(user.closed_teams)
        return self.filters.narrow(self.queue.selects(rows, user, timezone.now()), user)

    def first_rows(self, user: User, accounts: Sequence[Account]) -> list[Conversation]:
        """The first rows of this list, and one more where there is one."""
        if self.filters.count or not self._is_of_all(user):
            return list(self._sorted(self.select(user, accounts)))
        return _beginning(self.queue.key, self.sort)(**self._asked(user, accounts))

    def rows_behind(self, user: User, accounts: Sequence[Account], place: Sequence[Any]) -> list[Conversation]:
        """The rows behind a place in this list, and one more where there is one."""
        return list(self._sorted(self.select(user, accounts).filter(rows_after(self.order, place))))

    def those_within(self, user: User, accounts: Sequence[Account], codes: Sequence[UUID]) -> set[int]:
        """The numbers of those of these conversations that stand in this list."""
        if self.filters.count:
            return set(self.select(user, accounts).filter(code__in=codes).values_list("pk", flat=True))
        return set(_within(self.queue.key)(codes=list(codes), **self._asked(user, accounts)))

    def _is_of_all(self, user: User) -> bool:
        """Whether a plan for any accounts serves: of a quiet one's it would read everybody's to find them."""
        return not self.account and user.reads_all_accounts and user.practice_seat is None

    def _sorted(self, rows: ConversationQuerySet) -> ConversationQuerySet:
        # Ascending, who waits comes before who does not: PostgreSQL puts NULLs last by itself.
        return rows.for_list().order_by(*self.order)[: PAGE + 1]

    def _asked(self, user: User, accounts: Sequence[Account]) -> dict[str, Any]:
        """What a prepared statement of a list asks with."""
        asked = {"reader": user.pk, "now": timezone.now(), "accounts": self._accounts_among(accounts)}
        return asked | {"closed": list(user.closed_teams)}

    def _accounts_among(self, accounts: Sequence[Account]) -> list[int]:
        """The accounts this list is about: removed ones stand only where there is nothing to do about them."""
        chosen = parts(self.account)
        return [
            account.pk
            for account in accounts
            if (not chosen or str(account.code) in chosen) and (self.queue.history or not account.removed_at)
        ]


@cache
def _beginning(queue: str, sort: str) -> Prepared[Conversation]:
    """The first rows of a list without filters: asked by every page, so planned once."""
    scope = Scope(QUEUES[queue], sort=sort)
    return Prepared(lambda: scope._sorted(prepared(scope.queue)))


@cache
def _within(queue: str) -> Prepared[int]:
    """The numbers of those of some conversations that stand in a list without filters."""
    return Prepared(lambda: prepared(QUEUES[queue]).filter(code=AnyOf("codes")).values_list("pk", flat=True))


def prepared(queue: Queue) -> ConversationQuerySet:
    """Every row of a queue, with places for `reader`, `accounts`, `closed` teams and `now`."""
    rows = Conversation.objects.filter(NoneOf("team_id", "closed"), account=AnyOf("accounts"))
    return queue.selects(rows, Given("reader"), Given("now"))


@dataclass(frozen=True, slots=True)
class ListPage:
    """Rows, and where the next ones start ("" at the end)."""

    rows: list[Conversation] = field(default_factory=list)
    after: str = ""


def rows_of(scope: Scope, user: User, accounts: Sequence[Account], *, after: str = "") -> ListPage:
    """Return one page of a list: by cursor, so nothing shifts between pages. Two statements, and a word with Redis."""
    start = cursor_values(after, scope.order)
    rows = scope.rows_behind(user, accounts, start) if start else scope.first_rows(user, accounts)
    attach_shown(rows, user, accounts)
    return ListPage(rows[:PAGE], cursor_of(rows[PAGE - 1], scope.order) if len(rows) > PAGE else "")


def attach_shown(rows: Sequence[Conversation], user: User, accounts: Sequence[Account]) -> None:
    """Hang on each row what it shows and does not hold: its account, its marks, and who is there."""
    by_id = {account.pk: account for account in accounts}
    for row in rows:
        row.account = by_id[row.account_id]
    attach_marks(rows, user)
    presence.attach_viewers(rows, reader=user)
    customers.attach(rows)


def next_of(scope: Scope, conversation: Conversation, user: User, accounts: Sequence[Account]) -> Conversation | None:
    """Return the conversation behind this one in the list, else the list's first other one; None when there is none.

    Who was answered waits no more and stands at the list's end by now: then it goes on with who waits longest.
    """
    rows = scope.select(user, accounts).exclude(pk=conversation.pk).order_by(*scope.order)
    if scope.order[0] == "waiting_since" and conversation.waiting_since is None:
        return rows.first()
    values = [getattr(conversation, name.lstrip("-")) for name in scope.order]
    return rows.filter(rows_after(scope.order, values)).first() or rows.first()
