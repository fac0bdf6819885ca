"""The one way to tell people of something. A row per person and occasion: the row is the queue, and tells once.

Called within the transaction of what happened. What leaves, over the stream, by mail and push, leaves after the commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from channels.models import Account
from inbox.live.announce import publish_told
from inbox.models import Conversation, Message, Notification, NotificationChoice, Team, User
from inbox.models.rights import Right, holding
from inbox.notifications.timing import plan
from inbox.routing.holders import may_see
from webcare.lib.on_commit import after_commit
from webcare.lib.statements import insert_new

KEPT = timedelta(days=30)


def tell(
    people: Iterable[User | int],
    kind: str,
    *,
    occasion: str = "",
    conversation: Conversation | None = None,
    message: Message | None = None,
    account: Account | int | None = None,
    by: User | None = None,
    subject: str = "",
) -> list[int]:
    """Tell people of something, but not who did it nor who may not see it; return the ids of the new rows.

    The same `occasion` is told once to each. `subject` is a name of ours, never a customer's words. Raises ValueError
    without a conversation or an account.
    """
    of_account = conversation.account_id if conversation else account.pk if isinstance(account, Account) else account
    if of_account is None:
        raise ValueError("A notification leads to a conversation or names an account.")
    asked = {person.pk if isinstance(person, User) else person for person in people}
    asked -= {by.pk if by else None}
    if not asked:
        return []
    sees = may_see(account=of_account, team=conversation.team_id if conversation else None)
    # What happens in practice is nobody else's to hear.
    of_practice = Account.every.filter(pk=of_account, practice__isnull=False)
    told = User.objects.filter(sees, ~Exists(of_practice), pk__in=asked).order_by("pk")
    return tell_rows(
        Notification(
            user=person,
            kind=kind,
            occasion=occasion,
            conversation=conversation,
            message=message,
            account_id=None if conversation else of_account,
            by=by,
            subject=subject[:120],
        )
        for person in told.only("pk", "code")
    )


def tell_rows(rows: Iterable[Notification]) -> list[int]:
    """Store notifications whose occasion is new to their person, and show them after the commit; return their ids.

    For who tells many at once and has asked who may see what. `user` must be loaded.
    """
    rows = list(rows)
    if not rows:
        return []
    _plan(rows)
    made = insert_new(rows)
    if made:
        after_commit(publish_told, {row.user.code for row in made})
    return [row.pk for row in made]


def _plan(rows: list[Notification]) -> None:
    """Write into each row how and when it is told, as its person chose."""
    now = timezone.now()
    chosen = NotificationChoice.objects.in_bulk({row.user_id for row in rows})
    for row in rows:
        found = plan(chosen.get(row.user_id) or NotificationChoice(user_id=row.user_id), row.kind, now)
        row.in_page, row.mail_at, row.push_at = found
        row.read_at = None if found.in_page else now


def leads_of(account: int, team: int | None = None) -> QuerySet[User]:
    """Return who leads the work of an account: the leads of its team; without any, all leads who may see it."""
    seeing = User.objects.filter(may_see(account=account, team=team)).order_by("pk")
    leads = seeing.filter(holding(Right.LEAD))
    if team is not None:
        inside = Q(pk__in=Team.members.through.objects.filter(team=team, team__archived_at=None).values("user"))
        own = seeing.filter(Q(led_teams__contains=[team]) | holding(Right.LEAD) & inside)
        if own.exists():
            return own
    return leads


def forget_old() -> int:
    """Delete notifications that are older than they are kept, read or not; return how many."""
    return Notification.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]
