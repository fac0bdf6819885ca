"""What stands around every page: the navigation with its counts, and the accounts that need attention."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, FilteredRelation, Q
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from channels.models import Account
from channels.wording import Attention, wanting_attention
from inbox.models import Conversation, User
from inbox.queues import QUEUES, Queue

_COUNTED = ("mine", "unassigned", "open", "snoozed", "failed")


@dataclass
class Nav:
    """The accounts a person may see, each with its counts (`n_open`, `n_mine` …)."""

    accounts: Sequence[Account] = field(default_factory=list)

    @cached_property
    def queues(self) -> list[tuple[Queue, int | None]]:
        """Every queue with how much is in it; the closed ones are not counted."""
        return [(queue, self.count(key) if key in _COUNTED else None) for key, queue in QUEUES.items()]

    def count(self, key: str) -> int:
        """How many conversations a queue holds, over all accounts."""
        return sum(getattr(account, f"n_{key}") for account in self.accounts)

    @property
    def token(self) -> int:
        """Where the catch-up starts: everything written after this page was read has at least this version."""
        return min((int(getattr(account, "token")) for account in self.accounts), default=0)  # noqa: B009  annotated

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
    def attention(self) -> list[Attention]:
        """What everybody should know about the accounts."""
        return wanting_attention(self.accounts)

    def account(self, code: str) -> Account | None:
        """The visible account with this code."""
        return next((account for account in self.accounts if str(account.code) == code), None)


def nav_of(request: HttpRequest) -> Nav:
    """Return the navigation of the person signed in: one statement for accounts and counts together, once a request."""
    if not request.user.is_authenticated:
        return Nav()
    known: Nav | None = getattr(request, "_nav", None)
    if known is None:
        known = Nav(list(_counted_accounts(request.user)))
        request._nav = known  # type: ignore[attr-defined]  # kept for the rest of this request
    return known


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav`, asked for only by pages that show it."""
    return {"nav": SimpleLazyObject(lambda: nav_of(request))}


def _counted_accounts(user: User) -> Any:
    accounts = Account.objects.present().defer("sealed_credentials")
    if not user.is_admin:
        limits = User.accounts.through.objects.filter(user=user)
        accounts = accounts.filter(Q(pk__in=limits.values("account")) | ~Exists(limits))
    status = Conversation.Status
    is_open = Q(todo__status=status.OPEN)
    return accounts.annotate(
        # Only what is not closed: a covering partial index holds exactly these rows.
        todo=FilteredRelation("conversations", condition=Q(conversations__status__in=[status.OPEN, status.SNOOZED]))
    ).annotate(
        token=RawSQL("pg_snapshot_xmin(pg_current_snapshot())::text::bigint", (), output_field=BigIntegerField()),  # noqa: S611  a constant
        n_open=Count("todo", filter=is_open),
        n_mine=Count("todo", filter=is_open & Q(todo__assignee=user)),
        n_unassigned=Count("todo", filter=is_open & Q(todo__assignee=None)),
        n_snoozed=Count("todo", filter=Q(todo__status=status.SNOOZED)),
        n_failed=Count("todo", filter=Q(todo__failed_count__gt=0)),
    )
