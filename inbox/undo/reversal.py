"""Undoes a person's last act: exactly, and only as far as nobody changed it meanwhile."""

from __future__ import annotations

import logging
import uuid
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Expression, QuerySet
from django.utils import timezone

from channels.types import Action
from inbox.actions import hidden_spam
from inbox.actions.perform import perform
from inbox.contacts import linking
from inbox.models import (
    Conversation,
    ConversationLabel,
    Event,
    IdentityMove,
    Message,
    Notification,
    Team,
    UndoableAct,
    User,
)
from inbox.outbox import checks, queue
from inbox.routing.holders import may_see
from inbox.triage.summary import refresh_and_announce
from inbox.undo.record import Kind, Step

log = logging.getLogger(__name__)
Outcome = UndoableAct.Outcome
STANDS_FOR = timedelta(hours=12)  # a shift: nobody undoes what they did yesterday without looking
_STATUS = {Kind.CLOSE, Kind.REOPEN, Kind.SNOOZE}
_GIVING = {Kind.ASSIGN, Kind.TEAM}
# What somebody else may have done since, by which it is too late. Who answers, closes or snoozes is at work there.
_MEANWHILE = {
    **dict.fromkeys(_STATUS, ("closed", "reopened", "snoozed", "woken")),
    **dict.fromkeys(
        _GIVING, ("assigned", "unassigned", "given_to_team", "taken_from_team", "queued", "noted", "closed", "snoozed")
    ),
    **dict.fromkeys((Kind.LABEL, Kind.UNLABEL), ("labelled", "unlabelled", "complaint_set", "complaint_unset")),
}


class TooLate(Exception):
    """It cannot be undone any more. `why` is a word for programs, `who` the colleague because of whom."""

    def __init__(self, reason: str, who: str = "") -> None:
        super().__init__(reason)
        self.why, self.who = reason, who


def acts_of(user: User | Expression) -> QuerySet[UndoableAct]:
    """A person's own acts, the newest first: nobody else's can be undone."""
    return UndoableAct.objects.filter(user=user).order_by("-pk")


def undo(code: uuid.UUID, by: User) -> UndoableAct:
    """Undo an act of one's own and return it with its outcome; one that was decided before stays as it is.

    Raises UndoableAct.DoesNotExist for anybody else's.
    """
    with transaction.atomic():
        # Two tabs at once: the first decides, and the second waits for its word.
        act = acts_of(by).select_for_update(of=("self",)).get(code=code)
        if act.outcome:
            return act
        act.refusals = _undo_steps(act, by)
        late, asked = len(act.refusals), max(len(act.steps), 1)
        act.outcome = Outcome.UNDONE if not late else Outcome.LATE if late == asked else Outcome.PARTLY
        act.save(update_fields=["outcome", "refusals"])
    # Only now: no platform is asked inside a transaction, nor for what may still be rolled back.
    _put_back_on_platforms(act, by)
    return act


def forget_old(now: datetime | None = None) -> int:
    """Delete the acts that cannot be undone any more; return how many."""
    return UndoableAct.objects.filter(at__lt=(now or timezone.now()) - STANDS_FOR).delete()[0]


def _undo_steps(act: UndoableAct, by: User) -> list[dict[str, Any]]:
    """Undo what can be undone and return why the rest cannot. The last comes first: it may rest on an earlier one."""
    steps = _steps_of(act)
    rows = Conversation.objects.filter(pk__in=[step["conversation"] for step in steps])
    # All at once and in order: two people who undo many of the same never wait for each other.
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    late: list[dict[str, Any]] = []
    for step in reversed(steps):
        try:
            _undo_step(act, step, by)
        except TooLate as error:
            late.append({"conversation": step["conversation"], "why": error.why, "who": error.who})
    return late[::-1]


def _steps_of(act: UndoableAct) -> list[Step]:
    """Return an act's steps; an answer has one, without anything to put back."""
    return act.steps or [{"conversation": act.conversation_id}]


def _put_back_on_platforms(act: UndoableAct, by: User) -> None:
    """Take likes away and show what was hidden. What goes wrong there leaves the undo as it is."""
    late = {refusal["conversation"] for refusal in act.refusals}
    for step in _steps_of(act):
        if step["conversation"] in late:
            continue
        try:
            _put_back_on_platform(act, step, by)
        except Exception:
            log.exception("Undone here, but not on the platform")


def _put_back_on_platform(act: UndoableAct, step: Step, by: User) -> None:
    """Take a like away, and show what was hidden as spam. A platform that refuses keeps it: that is only logged."""
    liked = Message.objects.filter(code=act.about.get("liked")).first() if act.about.get("liked") else None
    if liked is not None:
        with suppress(checks.Refused):
            perform(liked, Action.UNLIKE, by)
    if "hides_for_id" in step.get("was", {}):
        hidden_spam.show_later(step["conversation"], by, act.at)


@transaction.atomic
def _undo_step(act: UndoableAct, step: Step, by: User) -> None:
    # Whether an answer can still be taken back is told by its own state.
    if act.kind != Kind.SEND and act.at < timezone.now() - STANDS_FOR:
        raise TooLate("old")
    # As at every act: the account may have been removed, or not be this person's to see any more.
    rows = Conversation.objects.filter(account__in=by.visible_accounts().order_by().values("pk"))
    row = rows.select_for_update(no_key=True, of=("self",)).filter(pk=step["conversation"]).first()
    # What one gave to a closed team is out of one's sight. One may still take it back, as long as nobody touched it.
    if row is None or (row.team_id in by.closed_teams and step.get("now", {}).get("team_id") != row.team_id):
        raise TooLate("gone")
    if act.kind == Kind.SEND:
        _take_back(act, by)
    elif act.kind in (Kind.LINK, Kind.UNLINK):
        if not linking.undo(IdentityMove.objects.get(pk=step["move"]), by):
            raise TooLate("changed")
    else:
        _check(row, act, step, by)
        _put_back(row, act, step, by)
        # An answer and a link are told of by words of their own, once.
        Event.note("undone", actor=by, conversation=row, message=act.message, of=act.kind)


def _take_back(act: UndoableAct, by: User) -> None:
    if act.message is None or not queue.cancel(act.message, by):
        raise TooLate("sent")


def _check(row: Conversation, act: UndoableAct, step: Step, by: User) -> None:
    """Raise TooLate where anybody changed since what would be put back."""
    since = Event.objects.filter(conversation=row, pk__gt=step["event"], verb__in=_MEANWHILE[Kind(act.kind)])
    labels = {*step["put_on"], *step["taken_off"]}
    for event in since.select_related("actor").exclude(actor=by).order_by("pk"):
        if labels and event.data.get("label", 0) not in {0, *labels}:
            continue  # another label
        if event.actor_id is None and row.last_inbound_at and row.last_inbound_at >= act.at:
            raise TooLate("wrote")
        verb = "answers" if event.verb == "queued" else "woken" if event.verb == "woken" else "changed"
        raise TooLate(verb, event.actor.name if event.actor else "")
    # What is hidden meanwhile is done with on the row, and shown again afterwards.
    now = {name: value for name, value in step["now"].items() if name != "hides_for_id"}
    if any(getattr(row, name) != _value_of(name, value) for name, value in now.items()):
        raise TooLate("changed")
    _check_takers(row, step)
    carried = set(ConversationLabel.objects.filter(conversation=row).values_list("label", flat=True))
    if set(step["put_on"]) - carried or set(step["taken_off"]) & carried:
        raise TooLate("changed")


def _check_takers(row: Conversation, step: Step) -> None:
    """Raise TooLate where its former holder or team cannot take it back."""
    was = step["was"]
    team = Team.objects.filter(pk=was.get("team_id", row.team_id)).first()
    if team is not None and team.archived_at is not None:
        raise TooLate("archived", team.name)
    holder = User.objects.filter(pk=was.get("assignee_id", row.assignee_id)).first()
    if holder is None:
        return
    sees = may_see(account=row.account_id, team=team.pk if team else None)
    if not User.objects.filter(sees, pk=holder.pk).exists():
        raise TooLate("unseen", holder.name)
    left = Event.objects.filter(verb="team_members_changed", pk__gt=step["event"], data__left__contains=[holder.pk])
    if team is not None and left.filter(data__which=team.pk).exists() and not team.members.contains(holder):
        raise TooLate("left", holder.name)


def _put_back(row: Conversation, act: UndoableAct, step: Step, by: User) -> None:
    was_status = row.status
    for name, value in step["was"].items():
        setattr(row, name, _value_of(name, value))
    fields = [name.removesuffix("_id") for name in step["was"]]
    try:
        with transaction.atomic():
            # Saved in any case: the row's version grows, by which open pages find it.
            row.save(update_fields=fields or ["is_complaint"])
    except IntegrityError:
        raise TooLate("another") from None  # this person has a newer conversation going there
    ConversationLabel.objects.filter(conversation=row, label__in=step["put_on"]).delete()
    ConversationLabel.objects.bulk_create(
        ConversationLabel(conversation=row, label_id=label, by=by, last_message_at=row.last_message_at)
        for label in step["taken_off"]
    )
    Notification.objects.filter(pk__in=step["told"], read_at=None).delete()
    Notification.objects.filter(pk__in=step["settled"]).update(read_at=None)
    Message.objects.filter(pk__in=step["notes"], direction=Message.Direction.NOTE, author=by).delete()
    _log(row, was_status, step, by)
    refresh_and_announce([row.pk])


def _value_of(name: str, value: Any) -> Any:
    """Return what a field held, from what is kept of it: a time in words, a handover note by its id."""
    if name == "handover_note":
        notes = Message.objects.filter(pk=value, direction=Message.Direction.NOTE)
        return notes.values_list("text", flat=True).first() or ""
    return datetime.fromisoformat(value) if value and name in ("closed_at", "snoozed_until") else value


def _log(row: Conversation, was_status: str, step: Step, by: User) -> None:
    """Log the change by its own name too: what reads the log need not know of undoing."""
    status = Conversation.Status
    if row.status != was_status:
        closed = {"reason": row.close_reason} if row.status == status.CLOSED else {}
        verb = {
            status.OPEN.value: "reopened" if was_status == status.CLOSED else "woken",
            status.SNOOZED.value: "snoozed",
            status.CLOSED.value: "closed",
        }[row.status]
        if was_status == status.CLOSED and row.status == status.SNOOZED:
            Event.note("reopened", actor=by, conversation=row)
        Event.note(verb, actor=by, conversation=row, **closed)
    if "assignee_id" in step["was"]:
        verb, was = ("assigned" if row.assignee_id else "unassigned"), step["now"]["assignee_id"]
        Event.note(verb, actor=by, conversation=row, to=row.assignee_id, was=was)
    if "team_id" in step["was"]:
        verb, was = ("given_to_team" if row.team_id else "taken_from_team"), step["now"]["team_id"]
        Event.note(verb, actor=by, conversation=row, team=row.team_id, was=was)
    for verb, labels in (("unlabelled", step["put_on"]), ("labelled", step["taken_off"])):
        for label in labels:
            Event.note(verb, actor=by, conversation=row, label=label)
