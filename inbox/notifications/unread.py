"""What a person was told and has not dealt with, and what marks it as dealt with."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils import timezone

from channels.models import Account
from inbox.models import Conversation, Notification, PracticeRound, Spike, User
from inbox.models.message import search_words

Kind = Notification.Kind
# Who opens the conversation knows; the others ask for an answer or a decision.
SEEN_BY_OPENING = (Kind.ASSIGNED, Kind.NEARLY_LATE, Kind.LATE, Kind.RULE, Kind.LOW_SCORE, Kind.LOOKALIKE)


def unread_of(user: User) -> QuerySet[Notification]:
    """Return what a person has not dealt with yet, newest first, as far as they may see it."""
    return _readable(user, _of_conversation(user, user.visible_accounts())).filter(read_at=None)


def all_of(user: User) -> QuerySet[Notification]:
    """Return everything a person was told, read or not, newest first, as far as they may see it."""
    return _readable(user, _of_conversation(user, user.readable_accounts()))


def settle(conversation: Conversation, user: User, *kinds: str) -> int:
    """Mark a person's notifications of a conversation as read; return how many. Without kinds, all of them."""
    unread = Notification.objects.filter(user=user, conversation=conversation, read_at=None)
    return (unread.filter(kind__in=kinds) if kinds else unread).update(read_at=timezone.now())


def settle_spike(user: User, spike: Spike) -> int:
    """Mark what a person was told of a spike as read: they look at it. Return how much that was."""
    return Notification.objects.filter(user=user, spike=spike, read_at=None).update(read_at=timezone.now())


def settle_practice(round_: PracticeRound, user: User | None = None) -> int:
    """Mark invitations to a round as read: somebody's who takes part, or all, for it is over. Return how many."""
    told = Notification.objects.filter(practice=round_, read_at=None)
    return (told.filter(user=user) if user else told).update(read_at=timezone.now())


def settle_one(user: User, pk: int) -> bool:
    """Mark one notification of a person's own as read; return whether it is theirs."""
    own = Notification.objects.filter(user=user, pk=pk)
    return bool(own.filter(read_at=None).update(read_at=timezone.now())) or own.exists()


def settle_all(user: User) -> int:
    """Mark everything a person was told as read; return how much."""
    return Notification.objects.filter(user=user, read_at=None).update(read_at=timezone.now())


def settle_for_all(conversations: Collection[int], kinds: Collection[str]) -> None:
    """Mark notifications of these conversations as read for everybody: what they told is over."""
    unread = Notification.objects.filter(conversation__in=conversations, kind__in=kinds, read_at=None)
    unread.update(read_at=timezone.now())


def _readable(user: User, of_conversation: Q) -> QuerySet[Notification]:
    return (
        Notification.objects.filter(of_conversation | _of_account(user), user=user)
        .select_related(
            "conversation__account",
            "conversation__identity",
            "account",
            "by",
            "message",
            "incident",
            "spike__account",
            "practice",
        )
        .prefetch_related("message__attachments")
        .defer(
            "conversation__account__sealed_credentials",
            "account__sealed_credentials",
            "spike__account__sealed_credentials",
            *search_words("message"),
        )
        .order_by("-at", "-pk")
    )


def _of_conversation(user: User, accounts: QuerySet[Account]) -> Q:
    """What is of a conversation they may read. Asked of each one's own row: they may read a million."""
    may_read = Q(conversation__account__in=accounts.order_by().values("pk"))
    if user.closed_teams:
        may_read &= Q(conversation__team=None) | ~Q(conversation__team__in=user.closed_teams)
    return may_read


def _of_account(user: User) -> Q:
    """What is of no conversation: an account's that they see, or an invitation of their own."""
    of_account = Q(conversation=None, account__in=user.visible_accounts().order_by().values("pk"))
    return of_account | Q(practice__isnull=False)
