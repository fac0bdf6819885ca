"""Who may hold a conversation. Given back when its holder loses access.

Access is lost by fewer accounts, a lesser role, leaving a team or the company. Removing an account, archiving a team or
closing it to others does it too. Work that stayed theirs would be nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from inbox.live.announce import announce
from inbox.models import Conversation, Event, Notification, Team, User
from inbox.routing.waiting import tell_waiting

if TYPE_CHECKING:
    from inbox.models.conversation import ConversationQuerySet


def may_see(*, team: Any = None, **account: Any) -> Any:
    """Return a filter on people: active, and with these accounts (`account=`, or `account__in=`).

    With a `team`, its id, only those it is not closed to.
    """
    chosen = User.accounts.through.objects.filter(user=OuterRef("pk"), **account)
    able = Q(is_active=True) & (Q(role=User.Role.ADMIN) | Q(all_accounts=True) | Exists(chosen))
    if team is None:
        return able
    closed = Team.objects.closed_to(OuterRef(OuterRef("pk"))).filter(pk=team)
    return able & (Q(role=User.Role.ADMIN) | ~Exists(closed))


def give_back(rows: ConversationQuerySet, by: User | None, reason: str) -> int:
    """Take these conversations from their holders and log each. Returns how many there were.

    Closed ones keep their holder as a matter of record: `give_back_unseen` looks again when they open.
    """
    held = rows.filter(assignee__isnull=False).exclude(status=Conversation.Status.CLOSED)
    with transaction.atomic():
        locked = list(held.select_for_update(no_key=True, of=("self",)).order_by("pk"))
        if not locked:
            return 0
        ids = [row.pk for row in locked]
        Event.objects.bulk_create(
            Event(
                verb="unassigned",
                actor=by,
                conversation=row,
                account_id=row.account_id,
                data={"to": None, "was": row.assignee_id, "why": reason},
            )
            for row in locked
        )
        Conversation.objects.filter(pk__in=ids).update(assignee=None, handover_note="")
        unread = Notification.objects.filter(conversation__in=ids, kind=Notification.Kind.ASSIGNED, read_at=None)
        unread.update(read_at=timezone.now())
        announce(ids)
        tell_waiting(ids)
    return len(ids)


def give_back_of(person: User, by: User | None, reason: str) -> int:
    """Give back everything somebody holds; return how much."""
    return give_back(Conversation.objects.filter(assignee=person), by, reason)


def give_back_unseen(by: User | None, *, people: Iterable[int] = (), conversations: Iterable[int] = ()) -> int:
    """Give back what these people, or the holders of these conversations, cannot see any more. Returns how many."""
    where = {"account": OuterRef(OuterRef("account")), "team": OuterRef(OuterRef("team"))}
    seen = User.objects.filter(may_see(**where), pk=OuterRef("assignee"))
    rows = Conversation.objects.filter(Q(assignee__in=list(people)) | Q(pk__in=list(conversations)))
    return give_back(rows.filter(~Exists(seen)), by, "out_of_sight")


def give_back_of_outsiders(team: Team, by: User | None) -> int:
    """Give back what a closed team has from people who do not see it. Returns how many."""
    seen = User.objects.filter(Q(role=User.Role.ADMIN) | Q(pk__in=team.members.values("pk")))
    return give_back(Conversation.objects.filter(team=team).exclude(assignee__in=seen.values("pk")), by, "team_closed")


def give_back_outside_team(team: Team, left: Iterable[int], by: User | None) -> int:
    """Give back what a team has from people who left it. Returns how many."""
    return give_back(Conversation.objects.filter(team=team, assignee__in=list(left)), by, "left_team")


@transaction.atomic
def empty_team(team: Team, by: User | None) -> int:
    """Take from a team what is not closed: no list shows a team that was put away. Returns how many."""
    rows = Conversation.objects.filter(team=team).exclude(status=Conversation.Status.CLOSED)
    locked = list(rows.select_for_update(no_key=True).order_by("pk"))
    Event.objects.bulk_create(
        Event(
            verb="taken_from_team",
            actor=by,
            conversation=row,
            account_id=row.account_id,
            data={"team": None, "was": team.pk, "why": "team_archived"},
        )
        for row in locked
    )
    Conversation.objects.filter(pk__in=[row.pk for row in locked]).update(team=None)
    announce([row.pk for row in locked])
    return len(locked)
