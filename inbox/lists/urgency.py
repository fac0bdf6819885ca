"""Which case comes first. One order, made of what the page says in words: `formula` and `reasons_of`.

    the priority that lists are sorted by (inbox/triage/priority.py): reach, mood, complaint, response target
  + 60 where the reply window closes within an hour, 25 within four
  + 15 for the press

Among equals who waits longest comes first. Only the first of each list that can win are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import transaction
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from channels.models import Account
from inbox.lists.filters import Filters
from inbox.lists.queues import QUEUES, Scope
from inbox.live import presence
from inbox.models import Contact, Conversation, Escalation, Event, Message, Team
from inbox.models.message import FOUND
from inbox.triage import assignment
from inbox.triage.priority import explanation_of
from inbox.undo.record import Act, Kind

if TYPE_CHECKING:
    from inbox.lists.navigation import Nav
    from inbox.models import User

WINDOWS = ((timedelta(hours=1), 60), (timedelta(hours=4), 25))
PRESS = 15
FAR = 1000  # followers from which reach is a reason to name
_LOOKED_AT = 200  # of each list
_SHORTLIST = 30  # of all together: colleagues may be at some of them, or take them
_State = Message.State
_ON_THE_WAY = (_State.QUEUED, _State.SENDING, _State.UNKNOWN, _State.RETRY, _State.APPROVAL)
_MINUTE, _HOUR = 60, 3600


class Begun(NamedTuple):
    """The case that came first: why, and how that is decided."""

    reason: str
    formula: str


def formula() -> str:
    """What the order is made of, for the page."""
    windows = _("60 more where the reply window closes within an hour, 25 within four hours, and 15 for the press.")
    return f"{explanation_of()} {windows}"


def score(now: datetime) -> Any:
    """Return how urgent a case is, as the database computes it."""
    near = [When(_closes_within(now, length), then=Value(points)) for length, points in WINDOWS]
    window = Case(*near, default=Value(0), output_field=IntegerField())
    press = Case(When(contact__kind=Contact.Kind.PRESS, then=Value(PRESS)), default=Value(0))
    return F("priority") + window + press


def take_next(nav: Nav) -> Conversation | None:
    """Give a person the case that comes first, and return it; None where none is left for them.

    Two who ask at once get different ones: its row is locked, and who finds it locked takes the next.
    """
    for row in _besides_watched(_shortlist(nav), nav.user):
        if taken := _claim(row, nav.user):
            return taken
    return None


def begun_of(conversation: Conversation, reader: User) -> Begun | None:
    """Return why a case came first, for who took it; None for others."""
    if conversation.assignee_id != reader.pk:
        return None
    return Begun(", ".join(reasons_of(conversation, timezone.now())), formula())


def reasons_of(this: Conversation, now: datetime) -> Iterator[str]:
    """Name what makes a case urgent, the weightiest first."""
    window = this.window_closes_at
    if this.waiting_since and window and now < window <= now + WINDOWS[-1][0]:
        yield _("the reply window closes in %(span)s") % {"span": _span(window - now)}
    if this.waiting_since and this.due_at and now >= this.due_at:
        yield _("%(span)s over the response target") % {"span": _span(now - this.due_at)}
    elif this.waiting_since and this.due_at and this.promise_at(now) == "soon":
        yield _("%(span)s left of the response target") % {"span": _span(this.due_at - now)}
    if this.contact.kind == Contact.Kind.PRESS:
        yield _("press")
    if this.is_complaint:
        yield _("complaint")
    if this.mood in (Conversation.Mood.ANGRY, Conversation.Mood.ANNOYED):
        yield str(this.get_mood_display())
    followers = this.identity.followers or 0
    if this.is_public and followers >= FAR:
        yield _("%(n)s followers") % {"n": number_format(followers, use_l10n=True, force_grouping=True)}
    if this.waiting_since:
        yield _("waits %(span)s") % {"span": _span(now - this.waiting_since)}


def _shortlist(nav: Nav) -> Sequence[Conversation]:
    """The most urgent cases for a person. One statement for the case, with an index behind each list in it."""
    now = timezone.now()
    free = _open_to(nav)
    first = free.order_by("-priority", "waiting_since", "pk")
    near = free.filter(_closes_within(now, WINDOWS[-1][0])).order_by("window_closes_at", "pk")
    # Named by their ids: of a team that is still to be found the planner reads everything that waits.
    press = Team.objects.filter(handles_press=True).values_list("pk", flat=True)
    of_press = [free.filter(team__in=list(press)).order_by("waiting_since", "pk")] if press else []
    candidates = [rows.values("pk")[:_LOOKED_AT] for rows in (first, near, *of_press)]
    # A union, since no index serves "in this list or in that one": the whole table would be read.
    either = candidates[0].union(*candidates[1:])
    found = Conversation.objects.filter(pk__in=either).annotate(score=score(now))
    return list(found.order_by("-score", "waiting_since", "pk").only("pk", "code")[:_SHORTLIST])


def _open_to(nav: Nav) -> Any:
    """What waits, that nobody else has, and that this person sees, may answer and has not passed on."""
    may_answer = [row for row in nav.accounts if row.mode != Account.Mode.LISTEN and not row.paused_at]
    rows = Scope(QUEUES["open"], filters=Filters(waits="any")).select(nav.user, may_answer)
    # One's own are there while unread: what one looked at and left is for oneself to go back to.
    unread = Q(seen_at=None) | Q(seen_at__lt=F("last_inbound_at"))
    rows = rows.filter(Q(assignee=None) | Q(unread, assignee=nav.user))
    this = OuterRef("pk")
    passed = Event.objects.filter(conversation=this, verb="skipped", actor=nav.user, at__gt=OuterRef("last_inbound_at"))
    leaving = Message.objects.filter(conversation=this, state__in=_ON_THE_WAY)
    asked = Escalation.objects.open().filter(conversation=this)
    rows = rows.filter(~Exists(passed), ~Exists(leaving), ~Exists(asked))
    if reacting := [row.pk for row in may_answer if row.mode == Account.Mode.REACT]:
        addressed = Message.objects.filter(conversation=this, direction=Message.Direction.INBOUND).exclude(kind=FOUND)
        rows = rows.filter(~Q(account__in=reacting) | Exists(addressed))
    return rows if _hears_the_press(nav.user) else rows.exclude(contact__kind=Contact.Kind.PRESS)


def _hears_the_press(person: User) -> bool:
    """The rule of inbox/routing/spokespeople.py, for all of the press at once."""
    teams = Team.objects.filter(handles_press=True, archived_at=None, members__is_active=True)
    return person.is_spokesperson or not teams.exists() or teams.filter(members=person).exists()


def _besides_watched(rows: Iterable[Conversation], person: User) -> Iterator[Conversation]:
    rows = list(rows)
    watched = presence.viewers_of([row.code for row in rows], besides=person)
    return (row for row in rows if str(row.code) not in watched)


@transaction.atomic
def _claim(row: Conversation, person: User) -> Conversation | None:
    free = Conversation.objects.open().filter(Q(assignee=None) | Q(assignee=person), waiting_since__isnull=False)
    taken = free.filter(pk=row.pk).select_for_update(no_key=True, skip_locked=True).first()
    if taken is None:
        return None
    act = Act(person, Kind.ASSIGN, to="me")
    act.change(taken, partial(assignment.assign, taken, person, by=person))
    act.keep()
    return taken


def _closes_within(now: datetime, length: timedelta) -> Q:
    return Q(window_closes_at__gt=now, window_closes_at__lte=now + length)


def _span(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    if seconds < _HOUR:
        return _("%(minutes)d min") % {"minutes": max(seconds // _MINUTE, 1)}
    hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
    return (_("%(hours)d h %(minutes)02d") if minutes else _("%(hours)d h")) % {"hours": hours, "minutes": minutes}
