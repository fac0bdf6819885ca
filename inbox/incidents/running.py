"""An incident from its start to its end: who may read its text when, and what it holds. Everything is logged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from channels.models import Account
from inbox.incidents.answering import halt
from inbox.models import Event, Incident, Label, Notice, Notification, User
from inbox.models.rights import Right, holding
from inbox.notifications import notices
from inbox.notifications.queue import tell_rows
from inbox.routing.holders import may_see

STANDS = timedelta(days=1)  # of the notice that a new incident puts on the board


@dataclass(frozen=True)
class Plan:
    """What a lead fills in to start one."""

    name: str
    text: str
    accounts: Sequence[Account]
    since: datetime
    label: Label | None = None
    words: str = ""
    approver: User | None = None  # None: there is nobody else who could look


@transaction.atomic
def start(plan: Plan, by: User, notice: Notice | None = None) -> Incident:
    """Start an incident; nothing is sent yet. Its text waits for the approver, where there is one.

    The notice is locked, so that two leads do not start it twice: the second gets the first one's.
    """
    if notice is not None:
        Notice.objects.select_for_update().get(pk=notice.pk)
        running = Incident.objects.filter(notice=notice).first()
        if running is not None:
            return running
    notice = notice or notices.post(by, kind=Notice.Kind.DISRUPTION, text=plan.name, until=timezone.now() + STANDS)
    incident = Incident.objects.create(
        name=plan.name, text=plan.text, account_ids=sorted(account.pk for account in plan.accounts), label=plan.label,
        words=plan.words, since=plan.since, notice=notice, started_by=by, text_by=by,
    )  # fmt: skip
    Event.note("incident_started", actor=by, incident=incident.pk)
    _ask(incident, plan.approver, by)
    return incident


@transaction.atomic
def change_text(incident: Incident, text: str, approver: User | None, by: User) -> bool:
    """Give the incident another text, to be approved anew; return whether it differs. What did not leave is stopped."""
    row = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if row.ended_at is not None or row.text == text:
        return False
    halt(row, by)
    row.text, row.text_by, row.approved_by, row.approved_at = text, by, None, None
    row.save(update_fields=["text", "text_by", "approved_by", "approved_at"])
    Event.note("incident_text_changed", actor=by, incident=row.pk)
    _ask(row, approver, by)
    return True


@transaction.atomic
def approve(incident: Incident, by: User) -> bool:
    """Let the text be used; return whether it waited for that. Its writer alone is no second person."""
    row = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if row.is_approved or row.ended_at is not None or not may_approve(row, by):
        return False
    _approve(row, by)
    return True


def may_approve(incident: Incident, user: User) -> bool:
    """Whether somebody may approve the text: a lead, but not who asked for it while there are others."""
    if not user.has(Right.INCIDENTS):
        return False
    return incident.text_by_id != user.pk or not approvers_for(incident.account_ids, user).exists()


def approvers_for(accounts: Iterable[int], besides: User) -> QuerySet[User]:
    """Return the leads who see all these accounts, but for one."""
    leads = User.objects.filter(holding(Right.INCIDENTS)).exclude(pk=besides.pk)
    for account in accounts:
        leads = leads.filter(may_see(account=account))
    return leads.order_by("first_name", "last_name", "pk")


@transaction.atomic
def hold_automatic(incident: Incident, by: User, *, holds: bool) -> None:
    """Hold automatic messages of its accounts while it runs, or let them go all the same."""
    if Incident.objects.running().filter(pk=incident.pk, holds_automatic=not holds).update(holds_automatic=holds):
        Event.note("incident_holds" if holds else "incident_lets_go", actor=by, incident=incident.pk)


@transaction.atomic
def end(incident: Incident, by: User) -> bool:
    """End an incident: nothing more leaves, its text is taken down, its notice too. Return whether it still ran."""
    row = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if row.ended_at is not None:
        return False
    halt(row, by)
    row.ended_at, row.ended_by = timezone.now(), by
    row.save(update_fields=["ended_at", "ended_by"])
    Event.note("incident_ended", actor=by, incident=row.pk)
    if row.notice is not None:
        notices.end(row.notice, by)
    return True


def _ask(incident: Incident, approver: User | None, by: User) -> None:
    """Ask somebody to approve the text; where there is nobody else, its writer has done so."""
    if approver is None or approver.pk == by.pk:
        if may_approve(incident, by):
            _approve(incident, by)
        return
    Incident.objects.filter(pk=incident.pk).update(asked=approver)
    incident.asked = approver
    tell_rows([
        Notification(
            user=approver, kind=Notification.Kind.APPROVAL, account_id=incident.account_ids[0], incident=incident, by=by
        )
    ])  # fmt: skip


def _approve(incident: Incident, by: User) -> None:
    incident.approved_by, incident.approved_at = by, timezone.now()
    incident.save(update_fields=["approved_by", "approved_at"])
    Event.note("incident_approved", actor=by, incident=incident.pk)
    asked = Notification.objects.filter(incident=incident, read_at=None)
    asked.update(read_at=timezone.now())
