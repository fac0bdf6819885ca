"""Who is told of a planned post: who may approve it, who wrote it, and who helps where it did not leave."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from inbox.models import Message, Notification, User
from inbox.models.rights import Right, holding
from inbox.notifications.queue import leads_of, tell
from inbox.routing.holders import may_see

Kind = Notification.Kind
INCIDENT, FORGOTTEN = "incident", "forgotten"


def tell_approvers(code: uuid.UUID, accounts: Sequence[int], author: User | None, by: User) -> None:
    """Tell who may be the second person for a post: who answers unchecked in each of its accounts, but not its author.

    `code` is the post's.
    """
    people = User.objects.filter(holding(Right.ANSWER)).filter(holding(Right.UNCHECKED), is_active=True)
    for account in accounts:
        people = people.filter(may_see(account=account))
    if author is not None:
        people = people.exclude(pk=author.pk)
    tell(people, Kind.POST_ASKED, account=accounts[0], by=by, subject=str(code))


def tell_author(code: uuid.UUID, account: int, author: User | None, by: User | None) -> None:
    """Tell who wrote a post that it was given back."""
    if author is not None:
        tell([author], Kind.POST_BACK, account=account, by=by, subject=str(code))


def tell_stuck(row: Message, reason: str, *, incident: int | None = None) -> None:
    """Tell who wrote or approved a post, and the account's leads, that it did not leave: held, taken back, or failed.

    Only who may see all accounts of the post opens its page, and is told. What one incident holds on an account is
    told once: that leads to the list.
    """
    people = {person for person in (row.author_id, row.approved_by_id) if person is not None}
    people |= set(leads_of(row.account_id).values_list("pk", flat=True))
    told = User.objects.filter(pk__in=people)
    held_by = f"post_held:{incident}:{row.account_id}" if incident is not None else ""
    for account in [] if held_by else _accounts_of(row):
        told = told.filter(may_see(account=account))
    tell(
        told,
        Kind.POST_STUCK, occasion=held_by, message=None if held_by else row, account=row.account_id,
        subject=INCIDENT if held_by else reason,
    )  # fmt: skip


def _accounts_of(row: Message) -> list[int]:
    """Return the accounts of the post a row of the outbox is of."""
    accounts = Message.objects.filter(pk=row.pk).values_list("planned_post__post__parts__account", flat=True)
    return [account for account in accounts if account is not None]


def settle_asked(code: uuid.UUID, accounts: Sequence[int]) -> None:
    """Take the question to approve a post off everybody's list: it was decided, or is no longer asked."""
    _close(Notification.objects.filter(kind=Kind.POST_ASKED, account__in=accounts, subject=str(code)))


def settle_seen(user: User, code: uuid.UUID, messages: Sequence[int]) -> None:
    """Mark what somebody was told of a post as read: they look at it. `messages` are its rows of the outbox."""
    mine = Notification.objects.filter(user=user)
    _close(mine.filter(kind=Kind.POST_BACK, subject=str(code)))
    if messages:
        _close(mine.filter(kind=Kind.POST_STUCK, message__in=messages))


def settle_held(user: User) -> None:
    """Mark what somebody was told of posts that incidents hold as read: they look at the list."""
    _close(Notification.objects.filter(user=user, kind=Kind.POST_STUCK, message=None))


def _close(told: QuerySet[Notification]) -> None:
    told.filter(read_at=None).update(read_at=timezone.now())
