"""The nightly comparison: what the platform had and we did not is fetched, once, and counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from channels.intake import comparing, polling
from channels.models import Account, Checkup, Stream
from inbox.models import Event, Message
from tests.support.sandbox_accounts import connect, fault, say

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=1)  # until what was just said counts as settled


def compare(account: Account) -> comparing.Comparison | None:
    return comparing.compare(account.pk, timezone.now() + LATER)


@pytest.mark.parametrize(("platform", "kind"), [("x", "post"), ("facebook", "visitor_post"), ("facebook", "message")])
def test_what_was_missed_is_fetched_and_counted(platforms: Running, platform: str, kind: str) -> None:
    account = connect(platforms, platform)
    say(platforms, platform, kind, "karin", "@veldhuis dit kwam binnen", to=account.external_id)
    for stream in account.streams.all():
        Stream.objects.filter(pk=stream.pk).update(next_poll_at=timezone.now())
        polling.poll(stream.pk)
    assert Message.objects.count() == 1
    cursors = list(account.streams.order_by("pk").values_list("cursor", flat=True))
    say(platforms, platform, kind, "karin", "@veldhuis en dit niet", to=account.external_id)
    assert compare(account) == (2, 1)
    assert compare(account) == (2, 0)
    assert sorted(Message.objects.values_list("text", flat=True))[-1].endswith("en dit niet")
    checkup = Checkup.objects.get(account=account)
    assert (checkup.compared, checkup.missed) == (2, 0)
    # Nobody looked at the account itself, and polling goes on where it was.
    assert checkup.at is None
    assert list(account.streams.order_by("pk").values_list("cursor", flat=True)) == cursors
    assert Event.objects.filter(verb="account_compared", data__missed=1).count() == 1


def test_what_came_just_now_is_not_missed(platforms: Running, brand: Account) -> None:
    say(platforms, "x", "post", "karin", "@veldhuis net gezegd")
    assert comparing.compare(brand.pk) == (0, 0)
    assert not Message.objects.exists()


def test_a_platform_that_does_not_answer_proves_nothing(platforms: Running, brand: Account) -> None:
    fault(platforms, "server_error_html", mode="always")
    assert compare(brand) is None
    assert not Checkup.objects.exists()


def test_accounts_are_compared_at_night_else_by_day(platforms: Running, brand: Account) -> None:
    night, day = datetime(2026, 1, 15, 3, 10, tzinfo=UTC), datetime(2026, 1, 15, 14, 0, tzinfo=UTC)
    Account.objects.filter(pk=brand.pk).update(created_at=night - timedelta(days=9))
    Checkup.objects.create(account=brand, compared_at=night - timedelta(hours=24))
    assert (comparing.due(night), comparing.due(day)) == ([brand.pk], [brand.pk])
    Checkup.objects.update(compared_at=night)
    assert (comparing.due(night + timedelta(hours=1)), comparing.due(day)) == ([], [])
