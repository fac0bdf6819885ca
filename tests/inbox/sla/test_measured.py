"""How an answer stood against its target: kept with the answer, by the clock that held when it was given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox.models import Breach, Conversation, Response, User
from inbox.sla import late
from inbox.triage.summary import refresh
from reports.figures import Value, values_of
from reports.scope import scope_of
from tests.factories import make_account, make_answer, make_inbound
from tests.inbox.sla.test_due import HOUR, NOON, open_on_weekdays, set_target

pytestmark = pytest.mark.django_db


def answered(asked: datetime, *answers: datetime, agent: User) -> Conversation:
    """A question, and what was answered to it."""
    said = make_inbound(make_account(), sent_at=asked)
    assert said.conversation
    for moment in answers:
        make_answer(said.conversation, agent, sent_at=moment)
    return said.conversation


def test_answer_keeps_when_it_was_due(agent: User) -> None:
    answered(NOON, NOON + HOUR, agent=agent)
    row = Response.objects.get()
    assert (row.seconds, row.counted_seconds, row.due_at) == (3600, 3600, NOON + HOUR)


def test_answer_is_counted_in_opening_hours(agent: User) -> None:
    open_on_weekdays()
    set_target(120, in_opening_hours=True)
    friday, monday = datetime(2026, 11, 27, 15, tzinfo=UTC), datetime(2026, 11, 30, 8, 30, tzinfo=UTC)
    answered(friday, monday, agent=agent)
    row = Response.objects.get()
    assert row.seconds == (monday - friday).total_seconds()
    assert row.counted_seconds == 90 * 60  # an hour on Friday, half an hour on Monday
    assert row.due_at == monday + timedelta(minutes=30)


def test_later_target_leaves_what_was_promised(agent: User) -> None:
    conversation = answered(NOON, NOON + HOUR / 2, agent=agent)
    set_target(5)
    refresh([conversation.pk])
    assert Response.objects.get().due_at == NOON + HOUR


def test_wait_that_began_earlier_is_measured_anew(agent: User) -> None:
    conversation = answered(NOON, NOON + HOUR / 2, agent=agent)
    make_inbound(conversation.account, sent_at=NOON - HOUR)
    row = Response.objects.get()
    assert (row.counted_seconds, row.due_at) == (5400, NOON)


def test_service_level_agrees_with_the_breaches(agent: User) -> None:
    for minutes in (10, 59, 60, 61, 300):
        account_talk = answered(NOON, NOON + timedelta(minutes=minutes), agent=agent)
        late.record(NOON + timedelta(days=1))
        assert account_talk.responses.count() == 1
    day = NOON.date()
    found = values_of(scope_of(day, day, (), every=True))["within_target"]
    assert found == Value(0.4, 5)
    assert Breach.objects.count() == 3


def test_answers_from_before_it_was_kept_are_left_out(agent: User) -> None:
    answered(NOON, NOON + HOUR / 2, agent=agent)
    answered(NOON, NOON + HOUR / 4, agent=agent)
    Response.objects.filter(seconds=900).update(due_at=None, counted_seconds=None)
    day = NOON.date()
    found = values_of(scope_of(day, day, (), every=True))
    assert found["within_target"] == Value(1.0, 1)
    assert found["response_seconds_median"] == Value(1800, 1)
    assert found["waiting_seconds_median"] == Value(1350, 2)
