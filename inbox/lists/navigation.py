"""What stands around every page: the navigation with its counts, and the accounts that need attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from channels.accounts.health_text import Attention, wanting_attention
from channels.models import Account
from inbox.library import reference
from inbox.library.reference import (
    LabelEntry,
    PersonEntry,
    ReadMoment,
    Reference,
    TeamEntry,
)
from inbox.lists.queues import LEFT, QUEUES, Queue
from inbox.lists.saved_views import views_for
from inbox.models import Conversation, ConversationLabel, Message, Notice, Notification, Organisation, SavedView, User
from inbox.notifications.notices import unread_by

COUNTED = ("mine", "unassigned", "open", "waiting", "closing", "mentions", "approval", "snoozed", "failed", LEFT)
_OPEN = Q(status=Conversation.Status.OPEN)


@dataclass(frozen=True, slots=True)
class QueueCount:
    """A team or a label with how many open conversations it has."""

    code: str
    name: str
    n: int


class Nav:
    """The navigation of one person and one request. Each part is asked for when a page first shows it.

    Every count is over the accounts this person may read. A part costs one statement, whatever there is to count.
    """

    def __init__(self, user: User, moment: ReadMoment) -> None:
        self.user = user
        self.moment = moment

    @property
    def token(self) -> int:
        """Where the catch-up starts: everything written after this page was read has at least this version."""
        return self.moment.token

    @cached_property
    def readable(self) -> Sequence[Account]:
        """The accounts this person reads, removed ones too."""
        return list(self.user.readable_accounts().select_related("paused_by").defer("sealed_credentials"))

    @cached_property
    def accounts(self) -> list[Account]:
        """The accounts there is work in: those that were not removed."""
        return [account for account in self.readable if not account.removed_at]

    @cached_property
    def removed(self) -> list[Account]:
        """The accounts that are read only, since they were removed."""
        return [account for account in self.readable if account.removed_at]

    @property
    def channels(self) -> list[str]:
        """The platforms there are accounts of."""
        return sorted({account.platform for account in self.readable})

    @property
    def account_counts(self) -> list[tuple[Account, int]]:
        """Every account there is work in, with how many of its conversations are open."""
        return [(account, self.count("open", str(account.code))) for account in self.accounts]

    @property
    def attention(self) -> list[Attention]:
        """What everybody should know about the accounts."""
        return wanting_attention(self.accounts)

    def account(self, code: str) -> Account | None:
        """The readable account with this code."""
        return next((account for account in self.readable if str(account.code) == code), None)

    @cached_property
    def queues(self) -> list[tuple[Queue, int | None]]:
        """Every queue with how much is in it; the closed ones are not counted.

        "Waiting for approval" is there where answers need it, and while one waits; what removed accounts left, if any.
        """
        counted = [(queue, self.count(key) if key in COUNTED else None) for key, queue in QUEUES.items()]
        may_be_empty = {"approval": self.organisation.approves_pictures, LEFT: False}
        return [(queue, n) for queue, n in counted if n or may_be_empty.get(queue.key, True)]

    def count(self, key: str, account: str = "") -> int:
        """How many conversations a queue holds, in all accounts or in one."""
        of_key = {"approval": self._approvals, "mentions": self._mentions, "failed": self._failed}.get(key)
        accounts = [row for row in (self.removed if key == LEFT else self.accounts) if account in ("", str(row.code))]
        if of_key is not None:
            return sum(of_key.get(row.pk, 0) for row in accounts)
        names = ("open", "snoozed") if key == LEFT else (key,)
        return sum(int(self._counts.get(row.pk, {}).get(name, 0)) for row in accounts for name in names)

    @property
    def mine(self) -> int:
        """How many are mine, for the telephone's bar."""
        return self.count("mine")

    @property
    def free(self) -> int:
        """How many nobody has."""
        return self.count("unassigned")

    @property
    def open_total(self) -> int:
        """How many are open."""
        return self.count("open")

    @property
    def alerts(self) -> int:
        """How much waits for this person: notes that name them, conversations given to them."""
        return sum(int(self._notifications.get(row.pk, {}).get("all", 0)) for row in self.accounts)

    @cached_property
    def newest_alert(self) -> int:
        """The newest of them, so that a page knows what it has told already."""
        unread = Notification.objects.filter(user=self.user, read_at=None)
        return unread.order_by("-at").values_list("pk", flat=True).first() or 0

    @cached_property
    def notices(self) -> list[Notice]:
        """What stands on the notice board that this person has not read."""
        return list(unread_by(self.user))

    @cached_property
    def views(self) -> list[SavedView]:
        """Saved views, one's own first."""
        return list(views_for(self.user))

    @cached_property
    def _reference(self) -> Reference:
        return reference.reference_at(self.moment.version)

    @property
    def organisation(self) -> Organisation:
        """The organisation's settings."""
        return self._reference.organisation

    @property
    def people(self) -> tuple[PersonEntry, ...]:
        """Colleagues who can sign in."""
        return self._reference.people

    @property
    def teams(self) -> tuple[TeamEntry, ...]:
        """Teams in use."""
        return self._reference.teams

    @property
    def labels(self) -> tuple[LabelEntry, ...]:
        """Labels in use."""
        return self._reference.labels

    @cached_property
    def team_counts(self) -> list[QueueCount]:
        """Teams in use, each with how many open conversations it has."""
        if not self.teams:
            return []
        rows = Conversation.objects.filter(_OPEN, account__in=self._ids, team__isnull=False)
        counted = _numbers(rows.order_by().values_list("team").annotate(n=Count("pk")))
        return [QueueCount(team.code, team.name, counted.get(team.id, 0)) for team in self.teams]

    @cached_property
    def label_counts(self) -> list[QueueCount]:
        """Labels in use, each with how many open conversations carry it."""
        if not self.labels:
            return []
        links = ConversationLabel.objects.filter(
            conversation__status=Conversation.Status.OPEN, conversation__account__in=self._ids
        )
        counted = _numbers(links.order_by().values_list("label").annotate(n=Count("pk")))
        return [QueueCount(label.code, label.name, counted.get(label.id, 0)) for label in self.labels]

    @property
    def _ids(self) -> list[int]:
        return [account.pk for account in self.accounts]

    @cached_property
    def _counts(self) -> Mapping[int, Mapping[str, Any]]:
        """Account → queue → how many. Only what is not closed: a covering partial index holds exactly these rows."""
        is_waiting = Q(waiting_since__isnull=False)
        counted = (
            Conversation.objects.exclude(status=Conversation.Status.CLOSED)
            .filter(account__in=[account.pk for account in self.readable])
            .order_by()
            .values("account_id")
            .annotate(
                open=Count("pk", filter=_OPEN),
                mine=Count("pk", filter=_OPEN & Q(assignee=self.user)),
                unassigned=Count("pk", filter=_OPEN & Q(assignee=None)),
                snoozed=Count("pk", filter=Q(status=Conversation.Status.SNOOZED)),
                waiting=Count("pk", filter=_OPEN & ~is_waiting & Q(last_direction="outbound")),
                closing=Count("pk", filter=_OPEN & is_waiting & Q(window_closes_at__gt=timezone.now())),
            )
        )
        return {row["account_id"]: row for row in counted}

    @cached_property
    def _approvals(self) -> Mapping[int, int]:
        """Account → how many conversations hold an answer that waits for a second person."""
        rows = Message.objects.filter(state=Message.State.APPROVAL, conversation__account__in=self._ids).order_by()
        return _numbers(rows.values_list("conversation__account").annotate(n=Count("conversation", distinct=True)))

    @cached_property
    def _failed(self) -> Mapping[int, int]:
        """Account → how many hold an answer that failed. Closed ones too: it may be refused after the closing."""
        rows = Conversation.objects.filter(failed_count__gt=0, account__in=self._ids).order_by()
        return _numbers(rows.values_list("account").annotate(n=Count("pk")))

    @cached_property
    def _notifications(self) -> Mapping[int, Mapping[str, Any]]:
        """Account → how many conversations hold something this person has not dealt with: named, and all."""
        unread = Notification.objects.filter(user=self.user, read_at=None, conversation__account__in=self._ids)
        named = Q(kind=Notification.Kind.MENTION)
        rows = unread.order_by().values("conversation__account")
        counted = rows.annotate(
            all=Count("conversation", distinct=True), named=Count("conversation", distinct=True, filter=named)
        )
        return {row["conversation__account"]: row for row in counted}

    @property
    def _mentions(self) -> Mapping[int, int]:
        return {pk: row["named"] for pk, row in self._notifications.items()}


def nav_of(request: HttpRequest) -> Nav:
    """Return the navigation of the person signed in, one a request.

    Call it before a page's rows are read: the live catch-up starts where it is made.
    """
    known: Nav | None = getattr(request, "_nav", None)
    if known is None:
        known = Nav(cast(User, request.user), reference.moment())
        request._nav = known  # type: ignore[attr-defined]  # kept for the rest of this request
    return known


def navigation_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav`, asked for only by pages that show it; None for who is not signed in."""
    return {"nav": SimpleLazyObject(lambda: nav_of(request) if request.user.is_authenticated else None)}


def _numbers(rows: QuerySet[Any]) -> dict[int, int]:
    """Return pairs (id, number) as a dict."""
    return dict(rows)
