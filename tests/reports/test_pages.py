"""The page of figures, what stands behind each, and the files: all of them agree."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inbox.models import Conversation, Team, User
from reports import drill_down, rollups
from reports.display import Shown
from reports.drill_down import PAGE
from reports.figures import FIGURES, Value, values_of
from reports.goals.models import Goal
from tests import factories
from tests.reports.test_figures import BY_HAND, DAY, Day, whole
from tests.support.pages import signed_in
from webcare.lib.cursor import cursor_of

pytestmark = pytest.mark.django_db
PERIOD = {"since": DAY.isoformat(), "until": DAY.isoformat()}


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def lead() -> User:
    return factories.make_user("lead", language="en")


@pytest.fixture
def page(lead: User) -> Client:
    return signed_in(lead)


def opened(client: Client, address: str, **data: str) -> str:
    """A page that was asked for with these parameters."""
    answer = client.get(address, data)
    assert answer.status_code == 200
    return answer.content.decode()


def table(client: Client, address: str, **data: str) -> list[dict[str, str]]:
    """A file's rows, each by the names in its head."""
    response: Any = client.get(address, {**PERIOD, **data})
    assert response.streaming
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def behind(client: Client, name: str, **data: str) -> list[str]:
    """The addresses of the conversations behind a figure."""
    return re.findall(r'href="(/inbox/[0-9a-f-]{36}/)"', opened(client, f"/figures/{name}/", **PERIOD, **data))


def test_page_and_file_agree_with_the_command_to_the_digit(day: Day, page: Client) -> None:
    found = {name: "" if value.value is None else str(value.value) for name, value in values_of(whole()).items()}
    html = opened(page, "/figures/", **PERIOD)
    assert {name: value for value, name in re.findall(r'<data value="([^"]*)" id="(\w+)"', html)} == found
    rows = table(page, "/figures/csv/")
    assert {row["figure"]: row["value"] for row in rows} == found
    assert {row["figure"]: int(row["n"]) for row in rows if row["figure"] in BY_HAND} == {
        name: n for name, (_value, n) in BY_HAND.items()
    }


def test_each_figure_opens_exactly_its_conversations(day: Day, page: Client) -> None:
    a, b, c, d = (row.get_absolute_url() for row in (day.a, day.b, day.c, day.d))
    assert behind(page, "messages_in") == [d, c, b, a]
    assert behind(page, "messages_out") == [b, a]
    assert behind(page, "backlog") == [d, b]
    assert behind(page, "closed_spam") == [c]
    assert behind(page, "closed_troll") == []
    assert behind(page, "response_rate") == [d, b, a]
    assert behind(page, "sentiment_negative") == [b, a]
    assert behind(page, "messages_in", account=str(day.facebook.code)) == [b]
    for name in FIGURES:
        assert page.get(f"/figures/{name}/", PERIOD).status_code == 200, name
    assert page.get("/figures/nothing/").status_code == 404


def paged(name: str, size: int) -> list[tuple[int, datetime]]:
    """What stands behind a figure, page after page."""
    found, after = list[tuple[int, datetime]](), ""
    while True:
        part = drill_down.conversations(FIGURES[name], whole(), after=after, size=size)
        found += [(row.pk, at) for row, at in part.rows]
        after = part.after
        if not after:
            return found


@pytest.mark.parametrize("minutes", [1, 90, 300])
def test_however_far_is_looked_at_once_the_list_is_the_same(
    day: Day, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    monkeypatch.setattr(drill_down, "REACHES", ())
    at_once = {name: paged(name, 50) for name in FIGURES}
    assert len(at_once["messages_in"]) == 4
    monkeypatch.setattr(drill_down, "REACHES", (timedelta(minutes=minutes), timedelta(minutes=2 * minutes)))
    assert {name: paged(name, 1) for name in FIGURES} == at_once
    assert {name: paged(name, 2) for name in FIGURES} == at_once


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_a_cursor_of_another_age_is_no_mistake(day: Day, page: Client, year: int) -> None:
    after = cursor_of(drill_down.Place(1, datetime(year, 1, 2, tzinfo=UTC)), ("-at", "-id"))
    assert page.get("/figures/messages_in/", {**PERIOD, "after": after}).status_code == 200


def test_rows_of_a_figure_add_up_to_it(day: Day, page: Client) -> None:
    rows = table(page, "/figures/response_seconds_median/csv/")
    assert [int(row["amount"]) for row in rows] == [1800, 3600, 600]
    assert rows[0]["conversation"] == str(day.a.code)
    assert [row["person"] for row in rows] == [day.anna.name, day.bram.name, day.bram.name]
    for name, (value, _n) in BY_HAND.items():
        if FIGURES[name].unit == "count":
            rows = table(page, f"/figures/{name}/csv/")
            assert sum(int(row["amount"]) if name.startswith("reach") else 1 for row in rows) == value, name


def test_page_shows_the_period_before(day: Day, page: Client) -> None:
    after = {"since": "2026-11-11", "until": "2026-11-11"}
    html = " ".join(re.sub(r"<[^>]+>", " ", opened(page, "/figures/", **after)).split())
    assert "Messages in Messages that customers sent in this period. 0 5 0, before 5" in html
    assert "No messages came in" in html


def test_usual_periods_are_one_press_away_and_keep_the_filters(day: Day, page: Client) -> None:
    today = timezone.localdate()
    shown = opened(page, "/figures/", since=f"{today}", until=f"{today}", channel="x")
    for days in (7, 28, 91, 365):
        since = f"{today - timedelta(days=days - 1)}"
        address = f"/figures/?since={since}&amp;until={today}&amp;channel=x"
        assert f'<a href="{address}">' in shown
        chosen = opened(page, "/figures/", since=since, until=f"{today}", channel="x")
        assert f'<a href="{address}" aria-current="true">' in chosen


@pytest.mark.parametrize(
    ("name", "value", "goal", "gauge"),
    [
        ("within_target", 0.743, None, ("74.3%", "")),
        ("within_target", 0.743, 0.9, ("74.3%", "90.0%")),
        ("response_seconds_median", 60, 120, ("40.0%", "80.0%")),
        ("response_seconds_median", 240, 120, ("80.0%", "40.0%")),
        ("response_seconds_median", 0, 120, ("0.0%", "80.0%")),
        ("response_seconds_median", 60, None, None),
        ("within_target", None, 0.9, None),
        ("messages_in", 12, 10, None),
    ],
)
def test_a_tile_draws_a_share_or_a_time_beside_its_goal(
    name: str, value: float | None, goal: float | None, gauge: tuple[str, str] | None
) -> None:
    figure = FIGURES[name]
    wanted = None if goal is None else Goal(figure=name, value=goal)
    assert Shown(figure, Value(value, 1), figure.nothing, wanted).gauge == gauge


def test_limited_lead_counts_and_opens_only_visible_accounts(day: Day, lead: User, page: Client) -> None:
    factories.limit(lead, day.facebook)
    rows = {row["figure"]: row["value"] for row in table(page, "/figures/csv/")}
    assert rows["messages_in"] == "2"
    assert behind(page, "messages_in") == [day.b.get_absolute_url()]
    assert behind(page, "messages_in", account=str(day.x.code)) == [day.b.get_absolute_url()]
    assert len(table(page, "/figures/messages_in/csv/")) == 2


def test_lead_outside_a_closed_team_counts_none_of_its_work(day: Day, lead: User, page: Client) -> None:
    closed = Team.objects.create(name="Personeel", is_closed=True)
    Conversation.objects.filter(pk=day.b.pk).update(team=closed)
    rollups.roll(DAY + timedelta(days=1))
    assert {row["figure"]: row["value"] for row in table(page, "/figures/csv/")}["messages_in"] == "3"
    assert behind(page, "messages_in") == [row.get_absolute_url() for row in (day.d, day.c, day.a)]
    assert len(table(page, "/figures/messages_in/csv/")) == 3
    assert "Personeel" not in opened(page, "/figures/by/team/", **PERIOD)
    closed.members.add(lead)
    assert len(behind(page, "messages_in")) == 4


def test_agent_may_not_open_the_figures() -> None:
    agent = signed_in(factories.make_user())
    for address in ("/figures/", "/figures/csv/", "/figures/backlog/", "/figures/backlog/csv/"):
        assert agent.get(address).status_code == 403


def test_list_behind_goes_on_by_place(page: Client) -> None:
    account = factories.make_account()
    for _n in range(PAGE + 3):
        factories.make_conversation(account)
    seen: list[str] = []
    address = "/figures/messages_in/"
    while address:
        html = page.get(address).content.decode()
        seen += re.findall(r'href="(/inbox/[0-9a-f-]{36}/)"', html)
        found = re.findall(r'href="(/figures/messages_in/\?[^"]*after=[^"]*)"', html)
        address = found[0].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == Conversation.objects.count() == PAGE + 3


def test_statements_stay_as_many_with_more_conversations(day: Day, page: Client) -> None:
    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert page.get(address, PERIOD).status_code == 200
        return len(found)

    addresses = ["/figures/", "/figures/messages_in/"]
    few = [asked(address) for address in addresses for _twice in range(2)][1::2]
    for _n in range(10):
        factories.make_conversation(day.x)
    assert [asked(address) for address in addresses] == few
