"""What stands around every page: the navigation with its counts, and the accounts that need attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Count, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce, JSONObject
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from channels.models import Account
from channels.wording import Attention, wanting_attention
from inbox.models import Conversation, ConversationLabel, Label, Message, Notification, Organisation, Team, User
from inbox.notices import unread_by
from inbox.organising import settings_in, told
from inbox.prepared import Prepared, given, given_moment
from inbox.queues import LEFT, QUEUES, Queue
from inbox.saved_views import views_for

COUNTED = ("mine", "unassigned", "open", "waiting", "closing", "mentions", "approval", "snoozed", "failed", LEFT)


@dataclass
class Nav:
    """The accounts a person may read, removed ones too, each with its counts (`n_open`, `n_mine` …)."""

    readable: Sequence[Account] = field(default_factory=list)

    @cached_property
    def accounts(self) -> list[Account]:
        """The accounts there is work in: those that were not removed."""
        return [account for account in self.readable if not account.removed_at]

    @cached_property
    def removed(self) -> list[Account]:
        """The accounts that are read only, since they were removed."""
        return [account for account in self.readable if account.removed_at]

    @cached_property
    def queues(self) -> list[tuple[Queue, int | None]]:
        """Every queue with how much is in it; the closed ones are not counted.

        "Waiting for approval" is there where answers need it, and while one waits; what removed accounts left, if any.
        """
        counted = [(queue, self.count(key) if key in COUNTED else None) for key, queue in QUEUES.items()]
        may_be_empty = {"approval": self.organisation.approves_pictures, LEFT: False}
        return [(queue, n) for queue, n in counted if n or may_be_empty.get(queue.key, True)]

    @cached_property
    def organisation(self) -> Organisation:
        """The organisation's settings, which came with the accounts; without any account they are asked for."""
        came = next((account for account in self.accounts), None)
        return Organisation.current() if came is None else told(getattr(came, "organisation"))  # noqa: B009

    def count(self, key: str, account: str = "") -> int:
        """How many conversations a queue holds, over all accounts or for the one with a code."""
        rows = [row for row in (self.removed if key == LEFT else self.accounts) if account in ("", str(row.code))]
        names = ("n_open", "n_snoozed") if key == LEFT else (f"n_{key}",)
        return sum(int(getattr(row, name)) for row in rows for name in names)

    @property
    def token(self) -> int:
        """Where the catch-up starts: everything written after this page was read has at least this version."""
        return min((int(getattr(account, "token")) for account in self.readable), default=0)  # noqa: B009  annotated

    @property
    def alerts(self) -> int:
        """How much waits for this person: notes that name them, conversations given to them."""
        return self.count("alerts")

    @property
    def newest_alert(self) -> int:
        """The newest of them, so that a page knows what it has told already."""
        return max((getattr(account, "newest_alert") or 0 for account in self.readable), default=0)  # noqa: B009

    @property
    def notices(self) -> list[dict[str, Any]]:
        """What stands on the notice board that this person has not read."""
        return self._same("notices")

    @property
    def views(self) -> list[dict[str, Any]]:
        """Saved views, one's own first: code, name, query, is_shared, own."""
        return self._same("saved_views")

    @cached_property
    def teams(self) -> list[dict[str, Any]]:
        """Teams in use: id, code, name, and how many open conversations each has (n)."""
        return self._with_counts("all_teams", "team_counts")

    @cached_property
    def labels(self) -> list[dict[str, Any]]:
        """Labels in use: id, code, name, is_complaint, and how many open conversations carry each (n)."""
        return self._with_counts("all_labels", "label_counts")

    @property
    def people(self) -> list[dict[str, Any]]:
        """Colleagues: code and name."""
        rows = self._same("everyone")
        return [{"code": row["code"], "name": f"{row['first']} {row['last']}".strip() or row["email"]} for row in rows]

    @property
    def channels(self) -> list[str]:
        """The platforms there are accounts of."""
        return sorted({account.platform for account in self.readable})

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
        """The readable account with this code."""
        return next((account for account in self.readable if str(account.code) == code), None)

    def _same(self, name: str) -> list[dict[str, Any]]:
        """What hangs on every account alike."""
        found: list[dict[str, Any]] = next((getattr(account, name) for account in self.readable), [])
        return found

    def _with_counts(self, rows: str, counts: str) -> list[dict[str, Any]]:
        counted: Counter[int] = Counter()
        for account in self.accounts:
            counted.update({line["id"]: line["n"] for line in getattr(account, counts)})
        return [{**row, "n": counted[row["id"]]} for row in self._same(rows)]


def nav_of(request: HttpRequest) -> Nav:
    """Return the navigation of the person signed in: one statement for accounts and counts together, once a request."""
    if not request.user.is_authenticated:
        return Nav()
    known: Nav | None = getattr(request, "_nav", None)
    if known is None:
        known = Nav(COUNTED_ACCOUNTS[request.user.is_admin].rows(reader=request.user.pk, now=timezone.now()))
        request._nav = known  # type: ignore[attr-defined]  # kept for the rest of this request
    return known


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `nav`, asked for only by pages that show it."""
    return {"nav": SimpleLazyObject(lambda: nav_of(request))}


def _counted_accounts(*, everything: bool) -> Any:
    user, now = given("reader"), given_moment("now")
    accounts = User.accounts_read_by(user, everything=everything).defer("sealed_credentials")
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
        n_waiting=Count("todo", filter=is_open & Q(todo__waiting_since=None, todo__last_direction="outbound")),
        n_closing=Count("todo", filter=is_open & Q(todo__window_closes_at__gt=now, todo__waiting_since__isnull=False)),
        team_counts=ArraySubquery(
            Conversation.objects.filter(account=OuterRef("pk"), status=status.OPEN, team__isnull=False)
            .order_by()
            .values("team")
            .annotate(n=Count("pk"))
            .values(json=JSONObject(id="team", n="n"))
        ),
        label_counts=ArraySubquery(
            ConversationLabel.objects.filter(conversation__account=OuterRef("pk"), conversation__status=status.OPEN)
            .order_by()
            .values("label")
            .annotate(n=Count("pk"))
            .values(json=JSONObject(id="label", n="n"))
        ),
        # What follows is the same for every account: the database asks it once.
        all_teams=ArraySubquery(
            Team.objects.filter(archived_at=None).values(json=JSONObject(id="pk", code="code", name="name"))
        ),
        all_labels=ArraySubquery(
            Label.objects.filter(archived_at=None).values(
                json=JSONObject(id="pk", code="code", name="name", is_complaint="is_complaint")
            )
        ),
        saved_views=ArraySubquery(views_for(user)),
        everyone=ArraySubquery(
            User.objects.filter(is_active=True)
            .order_by("first_name", "last_name")
            .values(json=JSONObject(code="code", first="first_name", last="last_name", email="email"))
        ),
        organisation=settings_in(),
        n_approval=_for_approval(),
        n_mentions=_waiting(user, Notification.Kind.MENTION),
        n_alerts=_waiting(user, *Notification.Kind.values),
        # The same for every account: the database asks these once.
        newest_alert=Subquery(Notification.objects.filter(user=user, read_at=None).order_by("-at").values("pk")[:1]),
        notices=ArraySubquery(
            unread_by(user, now).values(json=JSONObject(code="code", kind="kind", text="text", at="at"))
        ),
    )


def _for_approval() -> Any:
    """How many conversations of an account hold an answer that waits for a second person."""
    rows = Message.objects.filter(state=Message.State.APPROVAL, conversation__account=OuterRef("pk")).order_by()
    counted = rows.values("conversation__account").annotate(n=Count("conversation", distinct=True)).values("n")
    return Coalesce(Subquery(counted), 0)


def _waiting(user: RawSQL, *kinds: str) -> Any:
    """How many conversations of an account hold something a person has not dealt with."""
    unread = Notification.objects.filter(
        user=user, read_at=None, kind__in=kinds, conversation__account=OuterRef("pk")
    ).order_by()
    counted = unread.values("conversation__account").annotate(n=Count("conversation", distinct=True)).values("n")
    return Coalesce(Subquery(counted), 0)


# Who is limited to some accounts reads by another statement than who sees all.
COUNTED_ACCOUNTS: dict[bool, Prepared[Account]] = {
    everything: Prepared(partial(_counted_accounts, everything=everything)) for everything in (True, False)
}
