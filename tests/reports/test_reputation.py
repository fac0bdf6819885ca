"""Our reputation: balance of moods by channel, whom negatives reach, and what stands behind each number."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from inbox.models import Message, User
from reports.reputation.plot import Reputation
from tests import factories
from tests.reports.test_figures import DAY, Day, at, whole
from tests.reports.test_pages import PERIOD, behind, opened, table
from tests.support.pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def day() -> Day:
    """The day, on which somebody with 600 followers is angry and gets no answer."""
    day = Day()
    Message.objects.filter(conversation=day.d).update(mood="angry")
    return day


@pytest.fixture
def lead() -> User:
    return factories.make_user("lead", language="en")


@pytest.fixture
def page(lead: User) -> Client:
    return signed_in(lead)


def test_i8_reach_of_negatives_is_told_answered_or_not(day: Day, page: Client) -> None:
    html = opened(page, "/figures/reputation/", **PERIOD)
    assert "71% of whom negative conversations reach saw an answer of ours; 600 did not" in html
    assert behind(page, "reach_negative_answered") == [day.a.get_absolute_url()]
    assert behind(page, "reach_negative_unanswered") == [day.d.get_absolute_url()]
    rows = {row["channel"]: row for row in table(page, "/figures/reputation/csv/")}
    assert {name: row["sentiment_balance"] for name, row in rows.items()} == {"X": "-0.6667", "Facebook": "0.0"}
    assert (rows["X"]["reach_negative_answered"], rows["X"]["reach_negative_unanswered"]) == ("1500", "600")
    assert rows["Facebook"]["turn_round"] == "1.0"


def test_every_number_of_the_page_opens_its_conversations(day: Day, page: Client) -> None:
    html = opened(page, "/figures/reputation/", **PERIOD)
    for name in ("sentiment_balance", "reach_negative_unanswered", "turn_round"):
        assert f'href="/figures/{name}/?since={DAY}&amp;until={DAY}"' in html
        assert f'href="/figures/{name}/?since={DAY}&amp;until={DAY}&amp;channel=facebook"' in html
    assert behind(page, "sentiment_balance", channel="facebook") == [day.b.get_absolute_url()]
    assert behind(page, "turn_round", channel="facebook") == [day.b.get_absolute_url()]


def test_balance_of_each_channel_stands_beside_the_one_before(day: Day) -> None:
    with at("10:00", DAY - timedelta(days=1)) as now:
        happy = factories.make_inbound(day.facebook, "Top!", author=factories.author("Ria"), sent_at=now)
    Message.objects.filter(pk=happy.pk).update(mood="happy")
    with translation.override("en"):
        facebook, x = Reputation(whole()).channels()
        assert facebook.finding == "Facebook: 0.0%, 100 points less than before"
    assert [(point.balance, point.before) for point in facebook.points] == [(0.0, 1.0)]
    assert x.points[0].before is None
    assert facebook.line == "M-6.0 60.0 L6.0 60.0"


def test_accounts_and_teams_one_may_not_read_do_not_count(day: Day, lead: User, page: Client) -> None:
    factories.limit(lead, day.facebook)
    assert [row["channel"] for row in table(page, "/figures/reputation/csv/")] == ["Facebook"]
    html = opened(page, "/figures/reputation/", **PERIOD)
    assert "Nobody with followers was negative in public" in html
    assert signed_in(day.anna).get("/figures/reputation/").status_code == 403


def test_page_of_reputation_costs_the_same_for_any_number(day: Day, page: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            opened(page, "/figures/reputation/", **PERIOD)
        return len(captured)

    statements()
    few = statements()
    with at("11:00") as now:
        for n in range(4):
            factories.make_inbound(day.x, author=factories.author(f"K{n}", followers=n + 9), sent_at=now)
    Message.objects.filter(text="Waar blijft mijn pakket?").update(mood="angry")
    assert statements() == few
