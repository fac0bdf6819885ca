"""What stands around every page: the navigation with its counts, and the accounts that need attention."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
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
from inbox.lists.queue_counts import MOST_ALERTS, UNASSIGNED, Counts, read_counts
from inbox.lists.queues import LEFT, QUEUES, Queue
from inbox.lists.saved_views import views_among
from inbox.models import Incident, Notice, Organisation, QueueCount, SavedView, User
from inbox.models.user import accounts_read_by
from inbox.notifications.notices import unread_of
from webcare.lib.prepared import Given, Prepared

COUNTED = (
    "mine",
    "unassigned",
    "open",
    "waiting",
    "late",
    "closing",
    "mentions",
    "asked",
    "approval",
    "snoozed",
    "failed",
    LEFT,
)
Kind = QueueCount.Kind

# What a queue is counted by (inbox/lists/queue_counts.py).
_KINDS = {
    "open": Kind.OPEN,
    "snoozed": Kind.SNOOZED,
    "waiting": Kind.ANSWERED,
    "closing": Kind.WINDOW,
    "late": "late",
    "failed": Kind.FAILED,
    "mine": Kind.HOLDER,
    "unassigned": Kind.HOLDER,
    "approval": "approval",
    "asked": "asked",
    "mentions": "mention",
}


@dataclass(frozen=True, slots=True)
class NamedCount:
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
        if self.user.practice_seat is not None or self.user.only_accounts is not None:
            return list(_with_pause(self.user.readable_accounts()))
        return _read_by_admins() if self.user.is_admin else _read_by(reader=self.user.pk)

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
        return [(account, self._sum({account.pk}, Kind.OPEN)) for account in self.accounts]

    @cached_property
    def attention(self) -> list[Attention]:
        """What everybody should know about the accounts."""
        return wanting_attention(self.accounts)

    def account(self, code: str) -> Account | None:
        """The readable account with this code."""
        return next((account for account in self.readable if str(account.code) == code), None)

    @cached_property
    def queues(self) -> list[tuple[Queue, int | None]]:
        """Every queue with how much is in it; the closed ones are not counted.

        "Late" is there for leads. "Waiting for approval" is there where answers need it, and while one waits; "Asked
        of me" for leads, and while something is asked; what removed accounts left, if any.
        """
        counted = [(queue, self.count(key) if key in COUNTED else None) for key, queue in self._offered()]
        may_be_empty = {
            "approval": self.organisation.approves_some,
            "asked": self.user.is_lead,
            LEFT: False,
        }
        return [(queue, n) for queue, n in counted if n or may_be_empty.get(queue.key, True)]

    def _offered(self) -> list[tuple[str, Queue]]:
        return [(key, queue) for key, queue in QUEUES.items() if self.user.is_lead or not queue.for_leads]

    def count(self, key: str, account: str = "") -> int:
        """How many conversations a queue holds, in all accounts or in one."""
        accounts = self._worked if not account and key != LEFT else self._among(key, account)
        if key == LEFT:
            return self._sum(accounts, Kind.OPEN) + self._sum(accounts, Kind.SNOOZED)
        return self._sum(accounts, _KINDS[key], self.user.pk if key == "mine" else UNASSIGNED)

    def _among(self, key: str, account: str) -> frozenset[int]:
        known = self._removed_by_code if key == LEFT else self._by_code
        return frozenset(known.values()) if not account else frozenset({known[account]} if account in known else ())

    @cached_property
    def _by_code(self) -> dict[str, int]:
        return {str(row.code): row.pk for row in self.accounts}

    @cached_property
    def _removed_by_code(self) -> dict[str, int]:
        return {str(row.code): row.pk for row in self.removed}

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
        """How much waits for this person: notes that name them, conversations given to them. At most 99."""
        return min(self._told, MOST_ALERTS)

    @property
    def has_more_alerts(self) -> bool:
        """Whether there are more than 99."""
        return self._told > MOST_ALERTS

    @property
    def alerts_shown(self) -> str:
        """The same as it is shown: "", "7" or "99+"."""
        return f"{self.alerts}{'+' * self.has_more_alerts}" if self.alerts else ""

    @property
    def _told(self) -> int:
        return self._sum(self._worked, "alert")

    @property
    def newest_alert(self) -> int:
        """The newest of them, so that a page knows what it has told already."""
        return self._counts.get(("newest alert", 0), {}).get(0, 0)

    @cached_property
    def notices(self) -> list[Notice]:
        """What stands on the notice board that this person has not read."""
        return unread_of(self._reference.notices, self.user)

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """Incidents that run, of whatever account."""
        return self._reference.incidents

    @property
    def views(self) -> list[SavedView]:
        """Saved views, one's own first."""
        return views_among(self._reference.views, self.user)

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
    def all_teams(self) -> tuple[TeamEntry, ...]:
        """Teams in use: what work can be given to."""
        return self._reference.teams

    @property
    def teams(self) -> list[TeamEntry]:
        """Teams in use whose work this person sees."""
        return [team for team in self.all_teams if team.id not in self.user.closed_teams]

    @property
    def labels(self) -> tuple[LabelEntry, ...]:
        """Labels in use."""
        return self._reference.labels

    @cached_property
    def team_counts(self) -> list[NamedCount]:
        """Teams whose work this person sees, each with how many open conversations it has."""
        return [NamedCount(row.code, row.name, self._sum(self._worked, Kind.TEAM, row.id)) for row in self.teams]

    @cached_property
    def label_counts(self) -> list[NamedCount]:
        """Labels in use, each with how many open conversations carry it."""
        return [NamedCount(row.code, row.name, self._sum(self._worked, Kind.LABEL, row.id)) for row in self.labels]

    @cached_property
    def _counts(self) -> Counts:
        return read_counts([account.pk for account in self.readable], self.user.pk, self.user.closed_teams)

    @cached_property
    def _worked(self) -> frozenset[int]:
        return frozenset(account.pk for account in self.accounts)

    def _sum(self, accounts: Set[int], kind: str, of_id: int = 0) -> int:
        of_kind = self._counts.get((kind, of_id), {})
        return sum(n for account, n in of_kind.items() if account in accounts)


@Prepared
def _read_by_admins() -> QuerySet[Account]:
    return _with_pause(accounts_read_by(0, is_admin=True))


@Prepared
def _read_by() -> QuerySet[Account]:
    return _with_pause(accounts_read_by(Given("reader"), is_admin=False))


def _with_pause(accounts: QuerySet[Account]) -> QuerySet[Account]:
    return accounts.select_related("paused_by").defer("sealed_credentials")


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
