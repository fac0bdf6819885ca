"""Until when a customer should have an answer: in the row from the beginning of a wait to its end."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from channels.models import Account
from inbox.ingest.receive import receive
from inbox.models import Conversation, Label, OpeningDay, ResponseTarget, Team, User
from inbox.sla import due, opening_hours, targets
from inbox.tasks import renew_due_times
from inbox.team import organisation
from inbox.triage import assignment, labels, mood
from tests.factories import incoming, make_account, make_answer, make_conversation, make_inbound, make_user
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday


def row_of(conversation: Conversation) -> Conversation:
    """The row as it is now."""
    return Conversation.objects.for_rows().get(pk=conversation.pk)


def due_after(conversation: Conversation) -> timedelta:
    """How long after the wait's beginning it is due."""
    row = row_of(conversation)
    assert row.due_at
    assert row.waiting_since
    return row.due_at - row.waiting_since


def set_target(minutes: int, **fields: object) -> ResponseTarget:
    """A target as a lead makes one."""
    row = ResponseTarget(minutes=minutes, **fields)
    targets.save(row, make_user("lead"))
    return row


def open_on_weekdays() -> None:
    """Nine to five, Monday to Friday."""
    for weekday in range(7):
        OpeningDay.objects.create(weekday=weekday, spans=[(time(9), time(17))] if weekday < 5 else [])


def test_wait_is_due_from_its_first_message_on() -> None:
    account = make_account()
    first = make_inbound(account, sent_at=NOON)
    assert first.conversation
    make_inbound(account, "Hallo?", sent_at=NOON + timedelta(minutes=9))
    row = row_of(first.conversation)
    assert (row.due_at, row.target_minutes) == (NOON + HOUR, 60)
    assert row.due_marks == [NOON + 0.8 * HOUR, NOON + 2 * HOUR, NOON + 4 * HOUR]


def test_message_that_came_in_late_moves_it_back() -> None:
    account, before = make_account(), timezone.now() - timedelta(minutes=20)
    later = make_inbound(account)
    receive(account, [incoming("Eerder", sent_at=before)])
    assert later.conversation
    assert row_of(later.conversation).due_at == before + HOUR


def test_answer_ends_it_and_a_new_question_begins_anew(agent: User) -> None:
    account = make_account()
    first = make_inbound(account, sent_at=timezone.now() - timedelta(minutes=30))
    assert first.conversation
    make_answer(first.conversation, agent, sent_at=timezone.now() - timedelta(minutes=5))
    row = row_of(first.conversation)
    assert (row.waiting_since, row.due_at, row.due_marks, row.target_minutes) == (None, None, None, None)
    again = make_inbound(account, "En nu?")
    assert row_of(first.conversation).due_at == again.sent_at + HOUR


def test_closing_ends_it_and_reopening_gives_it_back(agent: User) -> None:
    conversation = make_conversation()
    before = row_of(conversation).due_at
    assignment.close(conversation, agent, Conversation.CloseReason.NO_QUESTION)
    assert row_of(conversation).due_at is None
    assignment.reopen(conversation, agent)
    assert row_of(conversation).due_at == before


def test_most_specific_target_counts(agent: User) -> None:
    account, team = make_account(), Team.objects.create(name="Reizen")
    set_target(90)
    set_target(50, account=account)
    set_target(40, team=team)
    set_target(30, account=account, team=team)
    set_target(20, priority_from=40)
    here, elsewhere = make_conversation(account), make_conversation()
    assert (due_after(here), due_after(elsewhere)) == (timedelta(minutes=50), timedelta(minutes=90))
    labels.give_to_team(elsewhere, team, agent)
    labels.give_to_team(here, team, agent)
    assert (due_after(here), due_after(elsewhere)) == (timedelta(minutes=30), timedelta(minutes=40))
    labels.give_to_team(here, None, agent)
    mood.correct_mood(row_of(here), "angry", agent)
    assert due_after(here) == timedelta(minutes=20)


def test_complaint_raises_the_priority_that_a_target_asks_for(agent: User) -> None:
    conversation = make_conversation()
    set_target(15, priority_from=40)
    assert due_after(conversation) == HOUR
    label = Label.objects.create(name="Klacht", is_complaint=True)
    labels.add_label(conversation, label, agent)
    assert due_after(conversation) == timedelta(minutes=15)
    labels.remove_label(conversation, label, agent)
    assert due_after(conversation) == HOUR
    mood.mark_complaint(conversation, agent, complaint=True)
    assert due_after(conversation) == timedelta(minutes=15)


def test_waiting_does_not_change_which_target_counts() -> None:
    set_target(15, priority_from=45)
    with time_machine.travel(NOON, tick=False) as now:
        conversation = make_conversation()
        now.shift(timedelta(hours=9))
        due.renew_all()
        assert due_after(conversation) == HOUR


def test_clock_in_opening_hours_runs_on_monday() -> None:
    open_on_weekdays()
    set_target(60, in_opening_hours=True)
    friday = datetime(2026, 11, 27, 15, 50, tzinfo=UTC)  # ten to five in Amsterdam
    with time_machine.travel(friday, tick=False):
        row = row_of(make_conversation())
    assert row.due_at == datetime(2026, 11, 30, 8, 50, tzinfo=UTC)
    assert row.promise_at(datetime(2026, 11, 29, 12, tzinfo=UTC)) == "ok"
    assert row.promise_at(datetime(2026, 11, 30, 8, 38, tzinfo=UTC)) == "soon"
    assert row.promise_at(datetime(2026, 11, 30, 8, 50, tzinfo=UTC)) == "over"


def test_changed_target_is_told_to_every_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "AT_ONCE", 2)
    asleep, *others = [make_conversation() for _n in range(6)]
    assignment.snooze(asleep, timezone.now() + timedelta(days=1), None)
    set_target(10)
    renew_due_times()
    assert {due_after(row) for row in (asleep, *others)} == {timedelta(minutes=10)}
    assert due.renew_all() == 0


def test_changed_hours_and_holidays_are_told_too() -> None:
    admin = make_user("admin")
    set_target(60, in_opening_hours=True)
    with time_machine.travel(datetime(2026, 12, 25, 11, tzinfo=UTC), tick=False):  # a Friday, and Christmas
        conversation = make_conversation()
        assert due_after(conversation) == HOUR
        opening_hours.set_week(admin, dict.fromkeys(range(7), [(time(9), time(17))]))
        due.renew_all()
        assert due_after(conversation) == HOUR
        organisation.change(admin, holidays="NL")
        due.renew_all()
        assert row_of(conversation).due_at == datetime(2026, 12, 27, 9, tzinfo=UTC), "both Christmas days are closed"
        opening_hours.set_exception(admin, timezone.localdate(), [(time(10), time(14))], "Toch open")
        due.renew_all()
        assert due_after(conversation) == HOUR


def test_office_that_never_opens_is_never_due() -> None:
    OpeningDay.objects.create(weekday=0, spans=[])
    set_target(60, in_opening_hours=True)
    row = row_of(make_conversation())
    assert (row.due_at, row.target_minutes, row.promise) == (None, 60, "ok")


def test_two_targets_for_the_same_are_refused() -> None:
    account = make_account()
    set_target(30, account=account)
    with pytest.raises(targets.TargetTaken):
        set_target(40, account=account)
    assert Account.objects.count() == 1


def test_wait_that_goes_on_is_not_written_again() -> None:
    conversation = make_conversation()
    before = row_of(conversation)
    assert due.renew([conversation.pk]) == []
    assert due.renew_all() == 0
    assert row_of(conversation).version == before.version


def test_g7_nobody_is_late_where_an_account_only_listens() -> None:
    account = make_account(mode="listen")
    first = make_inbound(account, sent_at=NOON)
    assert first.conversation
    row = row_of(first.conversation)
    assert (row.waiting_since, row.due_at, row.due_marks) == (NOON, None, [None] * 3)


def test_g7_waits_are_timed_once_an_account_may_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(targets, "enqueue", told.append)
    account, admin = make_account("x", mode="listen"), make_user("admin")
    first = make_inbound(account, sent_at=NOON)
    assert first.conversation
    page, address = signed_in(admin), reverse("account", args=[account.code])
    for mode, due_at in (("react", NOON + HOUR), ("listen", None)):
        form = page.get(address).context["form"]
        values = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
        page.post(address, values | {"mode": mode})
        assert told.pop() == "inbox.tasks.renew_due_times"
        renew_due_times()
        assert row_of(first.conversation).due_at == due_at
