"""Broken promises: each recorded once, at the moment of its target, whoever looks and whenever."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from channels.models import Account
from inbox.ingest.receive import receive
from inbox.models import Breach, Conversation, Event, ResponseTarget, User
from inbox.sla import due, late
from inbox.tasks import record_late
from inbox.triage import assignment
from tests.factories import incoming, make_account, make_answer, make_conversation, make_inbound

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def asked(at: datetime, account: Account | None = None) -> Conversation:
    """A question, asked at a moment."""
    found = make_inbound(account, sent_at=at).conversation
    assert found
    return found


def recorded() -> list[tuple[datetime, datetime]]:
    """Every breach: since when, and at which moment. The log says the same."""
    found = list(Breach.objects.order_by("at").values_list("since", "at"))
    logged = Event.objects.filter(verb="breached").order_by("at").values_list("at", flat=True)
    assert list(logged) == [at for _since, at in found]
    return found


@pytest.mark.django_db
def test_f2_breach_is_recorded_at_sixty_minutes_exactly() -> None:
    with time_machine.travel(NOON, tick=False) as now:
        conversation = asked(NOON)
        now.move_to(NOON + HOUR - SECOND)
        record_late()
        assert recorded() == []
        now.move_to(NOON + HOUR)
        record_late()
    assert recorded() == [(NOON, NOON + HOUR)]
    event = Event.objects.get(verb="breached")
    assert (event.conversation, event.account, event.data) == (conversation, conversation.account, {"minutes": 60})


@pytest.mark.django_db
def test_f2_looking_again_records_nothing_more() -> None:
    with time_machine.travel(NOON, tick=False) as now:
        asked(NOON)
        for minutes in (60, 61, 120, 600):
            now.move_to(NOON + minutes * MINUTE)
            record_late()
    assert len(recorded()) == 1


@pytest.mark.django_db(transaction=True)
def test_f2_two_workers_at_once_record_it_once() -> None:
    for _n in range(5):
        asked(timezone.now() - 2 * HOUR, make_account())
    barrier, counts = threading.Barrier(3), []

    def look() -> None:
        try:
            barrier.wait(10)
            counts.append(late.record())
        finally:
            connections.close_all()

    workers = [threading.Thread(target=look) for _n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    late.record()
    assert len(recorded()) == 5
    assert Event.objects.filter(verb="breached").count() == 5


@pytest.mark.django_db
def test_f2_the_database_refuses_a_second_breach_of_a_wait() -> None:
    conversation = asked(timezone.now() - 2 * HOUR)
    late.record()
    known = Breach.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Breach.objects.create(conversation=conversation, since=known.since, at=known.at, minutes=60)


@pytest.mark.django_db
def test_f2_what_was_answered_late_between_two_looks_counts(agent: User) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        conversation = asked(NOON)
        now.move_to(NOON + HOUR + 20 * SECOND)
        make_answer(conversation, agent)
        record_late()
    assert recorded() == [(NOON, NOON + HOUR)]


@pytest.mark.django_db
def test_f2_what_was_answered_in_time_never_counts(agent: User) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        conversation = asked(NOON)
        now.move_to(NOON + HOUR - SECOND)
        make_answer(conversation, agent)
        now.move_to(NOON + 9 * HOUR)
        record_late()
    assert recorded() == []


@pytest.mark.django_db
def test_f2_answer_told_late_counts_by_when_it_was_given(agent: User) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        conversation = asked(NOON)
        now.move_to(NOON + HOUR + 30 * SECOND)
        make_answer(conversation, agent, sent_at=NOON + HOUR - MINUTE)
        record_late()
    assert recorded() == []


@pytest.mark.django_db
def test_f2_closing_late_without_an_answer_counts(agent: User) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        conversation = asked(NOON)
        now.move_to(NOON + HOUR + 20 * SECOND)
        assignment.close(conversation, agent, Conversation.CloseReason.NO_QUESTION)
        record_late()
    assert recorded() == [(NOON, NOON + HOUR)]


@pytest.mark.django_db
def test_f2_snoozed_customer_is_late_too(agent: User) -> None:
    with time_machine.travel(NOON, tick=False) as now:
        conversation = asked(NOON)
        assignment.snooze(conversation, NOON + timedelta(days=2), agent)
        now.move_to(NOON + 2 * HOUR)
        record_late()
    assert len(recorded()) == 1


@pytest.mark.django_db
def test_f2_next_wait_of_the_same_customer_counts_anew(agent: User) -> None:
    account = make_account()
    with time_machine.travel(NOON, tick=False) as now:
        conversation = asked(NOON, account)
        now.move_to(NOON + 2 * HOUR)
        record_late()
        make_answer(conversation, agent)
        now.move_to(NOON + 3 * HOUR)
        asked(NOON + 3 * HOUR, account)
        now.move_to(NOON + 5 * HOUR)
        record_late()
    assert recorded() == [(NOON, NOON + HOUR), (NOON + 3 * HOUR, NOON + 4 * HOUR)]


@pytest.mark.django_db
def test_f2_wait_that_began_earlier_than_it_seemed_stays_one() -> None:
    account = make_account()
    with time_machine.travel(NOON, tick=False) as now:
        asked(NOON, account)
        now.move_to(NOON + HOUR)
        record_late()
        receive(account, [incoming("Dit kwam later", sent_at=NOON - 5 * MINUTE)])
        now.move_to(NOON + 2 * HOUR)
        record_late()
    assert recorded() == [(NOON, NOON + HOUR)]


@pytest.mark.django_db
def test_f2_longer_target_takes_no_breach_back() -> None:
    with time_machine.travel(NOON, tick=False) as now:
        asked(NOON)
        now.move_to(NOON + HOUR)
        record_late()
        ResponseTarget.objects.create(minutes=120)
        due.renew_all()
        now.move_to(NOON + 3 * HOUR)
        record_late()
    assert recorded() == [(NOON, NOON + HOUR)]


@pytest.mark.django_db
def test_f2_removed_account_is_not_late() -> None:
    conversation = asked(timezone.now() - 2 * HOUR)
    Account.objects.filter(pk=conversation.account_id).update(removed_at=timezone.now())
    record_late()
    assert recorded() == []


@pytest.mark.django_db
def test_f2_many_late_ones_are_recorded_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late, "AT_ONCE", 2)
    with time_machine.travel(timezone.now() - 3 * HOUR):
        for _n in range(5):
            make_conversation()
    assert late.record() == 5
    assert late.record() == 0
