"""Goals: shown on their figure as met or not, each from its day on, and every change in the log."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from inbox.demo import people
from inbox.models import Event, Team, User
from reports.figures import FIGURES
from reports.goals import history
from reports.goals.meaning import is_met
from reports.goals.models import Goal
from reports.management.commands import seed_demo_reports
from reports.promise.models import MeasuredChannel, PromisePage
from tests import factories
from tests.reports.test_figures import DAY, Day
from tests.support.pages import page_of, signed_in

PERIOD = {"since": DAY.isoformat(), "until": DAY.isoformat()}


@pytest.fixture
def lead() -> User:
    return factories.make_user("lead", first_name="Sanne", last_name="Kuipers", language="en")


@pytest.fixture
def page(lead: User) -> Client:
    return signed_in(lead)


def goal_on_page(page: Client, name: str) -> str:
    """What the page says of a figure's goal."""
    html = page.get("/figures/", PERIOD).content.decode()
    cell = html.partition(f'id="{name}"')[2].partition("</td>")[0]
    return " ".join(cell.partition('class="goal')[2].partition(">")[2].partition("</small>")[0].split())


@pytest.mark.parametrize(
    ("name", "goal", "value", "met"),
    [
        ("response_seconds_median", 3600, 3600, True),
        ("response_seconds_median", 3600, 3601, False),
        ("within_target", 0.9, 0.9, True),
        ("within_target", 0.9, 0.8999, False),
        ("sentiment_negative", 0.2, 0.1, True),
        ("backlog", 10, 11, False),
    ],
)
def test_more_of_what_is_good_and_less_of_the_rest_is_met(name: str, goal: float, value: float, met: bool) -> None:
    assert is_met(FIGURES[name], goal, value) is met


@pytest.mark.django_db
def test_a_figure_shows_whether_its_goal_of_that_day_is_met(page: Client, lead: User) -> None:
    Day()
    assert goal_on_page(page, "response_seconds_median") == ""
    history.choose(lead, "response_seconds_median", DAY - timedelta(days=9), 600)
    history.choose(lead, "response_seconds_median", DAY, 1)
    history.choose(lead, "response_seconds_median", DAY + timedelta(days=1), 900)
    assert "Goal ≤ 1 min: not met" in goal_on_page(page, "response_seconds_median")
    page_of(page, "/figures/goals/", figure="response_seconds_median", value="600", starts=DAY.isoformat())
    assert "Goal ≤ 600 min: met" in goal_on_page(page, "response_seconds_median")
    page_of(page, "/figures/goals/", figure="response_seconds_median", value="", starts=DAY.isoformat())
    assert goal_on_page(page, "response_seconds_median") == ""


@pytest.mark.django_db
def test_goals_are_kept_and_their_changes_logged(page: Client) -> None:
    today = timezone.localdate()
    for days, value in ((30, "80"), (0, "90"), (-5, "95")):
        starts = (today - timedelta(days=days)).isoformat()
        html = page_of(page, "/figures/goals/", figure="within_target", value=value, starts=starts)
    assert [words in html for words in ("≥ 80%", "≥ 90%", "≥ 95%", "still to come")] == [True] * 4
    assert list(Event.objects.order_by("id").values_list("data__was", "data__now")) == [
        ("", "≥ 80%"), ("≥ 80%", "≥ 90%"), ("≥ 90%", "≥ 95%"),
    ]  # fmt: skip
    log = page_of(page, "/log/")
    assert [words in log for words in ("set a goal for a figure", "Service level ≥ 90%")] == [True, True]
    refused = page_of(page, "/figures/goals/", figure="within_target", value="101", starts=today.isoformat())
    assert "A share is 100% at most." in refused
    assert Event.objects.count() == 3


@pytest.mark.django_db
def test_goal_of_an_account_or_team_goes_before_the_general_one(page: Client, lead: User) -> None:
    day = Day()
    team = Team.objects.create(name="Wonen")
    for minutes, of in ((600, {}), (1, {"account": str(day.facebook.pk)}), (900, {"team": str(team.pk)})):
        page_of(
            page, "/figures/goals/", figure="response_seconds_median", value=str(minutes), starts=DAY.isoformat(), **of
        )  # fmt: skip
    assert "Goal ≤ 600 min: met" in goal_on_page(page, "response_seconds_median")
    goals = history.Goals(DAY)
    assert [goals.of(**of)["response_seconds_median"].value for of in (
        {}, {"account": day.facebook.pk}, {"team": team.pk}, {"account": day.facebook.pk, "team": team.pk}, {"team": 0},
    )] == [36_000, 60, 54_000, 60, 36_000]  # fmt: skip
    by_account = page.get("/figures/by/account/", PERIOD).content.decode()
    assert "Goal ≤ 1 min: not met" in by_account and "Goal ≤ 600 min: met" in by_account, "of X"
    assert {*Event.objects.filter(verb__startswith="goal").values_list("verb", "account", "data__team")} == {
        ("goal_set", None, None), ("goal_set", day.facebook.pk, None), ("goal_set_of_team", None, team.pk),
    }  # fmt: skip
    both = {"account": str(day.facebook.pk), "team": str(team.pk)}
    refused = page_of(page, "/figures/goals/", figure="backlog", value="1", starts=DAY.isoformat(), **both)
    assert "A goal is of an account or of a team, not of both." in refused
    elsewhere = factories.make_account("x", handle="elders")
    factories.limit(lead, elsewhere)
    assert "≤ 1 min" not in page_of(signed_in(lead), "/figures/goals/")


@pytest.mark.django_db
def test_the_demo_has_goals_and_a_public_page_once(settings: Settings) -> None:
    settings.DEMO = True
    people.seed_people()
    for _turn in range(2):
        call_command("seed_demo_reports")
    assert set(Goal.objects.values_list("figure", flat=True)) == set(seed_demo_reports.GOALS)
    assert PromisePage.current().is_public
    Day()
    with patch.object(timezone, "localdate", lambda: DAY + timedelta(days=1)):
        call_command("seed_demo_reports", measure=True)
    assert MeasuredChannel.objects.get(platform="facebook").n == 2
    settings.DEMO = False
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("seed_demo_reports")
