"""A spike is told once to whom it concerns, and so is its end. Counted from the messages themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from channels.models import Account
from inbox.models import Message, Notification, Spike, SpikeWatch, User
from inbox.notifications.words import words_of
from inbox.spikes.sweep import sweep
from tests.factories import limit, make_account, make_inbound, make_user
from tests.support.threads import at_once

pytestmark = pytest.mark.django_db
WEEK = timedelta(weeks=1)


def came_in(account: Account, n: int, at: datetime, mood: str = "neutral") -> None:
    """Let so many messages have come in at a moment, in one conversation."""
    first = Message.objects.filter(account=account).first() or make_inbound(account, sent_at=at - 9 * WEEK)
    Message.objects.bulk_create(
        Message(
            account=account, conversation=first.conversation, identity=first.identity, direction="inbound",
            visibility="public", external_id=f"{account.pk}-{at.timestamp()}-{mood}-{k}", text="Storing", sent_at=at,
            mood=mood,
        )
        for k in range(n)
    )  # fmt: skip


def usual_weeks(account: Account, now: datetime, n: int = 10, negative: int = 1) -> None:
    """Eight weeks with the same hour."""
    local = timezone.localtime(now)
    for week in range(1, 9):
        came_in(account, n - negative, local - week * WEEK - timedelta(minutes=20))
        came_in(account, negative, local - week * WEEK - timedelta(minutes=20), "angry")


def told(user: User) -> list[str]:
    """What somebody was told, oldest first."""
    with translation.override("en"):
        return [words_of(row) for row in Notification.objects.filter(user=user, kind="spike").order_by("pk")]


def test_i3_told_once_when_it_begins_and_once_when_over() -> None:
    now = timezone.now()
    account, lead = make_account(handle="lijnnoord"), make_user("lead")
    outsider = make_user("lead")
    limit(outsider, make_account())
    usual_weeks(account, now)
    assert sweep(now) == []
    came_in(account, 60, now - timedelta(minutes=10))
    assert [spike.kind for spike in sweep(now)] == ["volume"]
    came_in(account, 20, now - timedelta(minutes=1))
    assert sweep(now + timedelta(minutes=2)) == []
    spike = Spike.objects.get()
    assert (spike.value, spike.usual, spike.peak, spike.over_at) == (60, 10, 80, None)
    sweep(now + timedelta(hours=2))
    sweep(now + timedelta(hours=2, minutes=2))
    assert told(lead) == ["@lijnnoord: 60 messages within an hour, usually 10", "It is calm again at @lijnnoord"]
    assert told(outsider) == []


def test_i3_negative_share_named_people_and_silence_after() -> None:
    now = timezone.now()
    account, lead, named = make_account(), make_user("lead"), make_user()
    watch = SpikeWatch.objects.create(account=account, cool_down=180)
    watch.people.add(named)
    usual_weeks(account, now)
    came_in(account, 12, now - timedelta(minutes=10), "angry")
    assert [spike.kind for spike in sweep(now)] == ["negative"]
    assert len(told(named)) == 1
    assert told(lead) == []
    sweep(now + timedelta(hours=2))  # over
    for later in (3, 6):
        at = now + timedelta(hours=later)
        usual_weeks(account, at)
        came_in(account, 12, at - timedelta(minutes=5), "angry")
        sweep(at)
        assert Spike.objects.filter(kind="negative").count() == (1 if later == 3 else 2)


def test_i3_new_and_unwatched_accounts_say_nothing() -> None:
    now = timezone.now()
    new, unwatched = make_account(), make_account()
    make_inbound(new, sent_at=now - timedelta(days=2))
    came_in(new, 90, now - timedelta(minutes=10))
    usual_weeks(unwatched, now)
    came_in(unwatched, 90, now - timedelta(minutes=10))
    SpikeWatch.objects.create(account=unwatched, sensitivity="off")
    assert sweep(now) == []


@pytest.mark.django_db(transaction=True)
def test_i3_of_four_sweeps_at_once_one_tells() -> None:
    now = timezone.now()
    account, lead = make_account(), make_user("lead")
    usual_weeks(account, now)
    came_in(account, 60, now - timedelta(minutes=10))
    results = at_once(*[lambda: sweep(now)] * 4)
    assert sum(len(result) for result in results) == 1
    assert Spike.objects.count() == len(told(lead)) == 1


def test_a_sweep_costs_the_same_however_many_accounts(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    now = timezone.now()
    for _n in range(3):
        came_in(make_account(), 3, now - timedelta(minutes=10))
    sweep(now)
    with django_assert_num_queries(4):  # the hours, the spikes that go on, new accounts, how each is watched
        sweep(now)
