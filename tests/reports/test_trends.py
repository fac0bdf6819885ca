"""Plots of figures: lines by day beside the period before, and what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from channels.models import Account
from reports import plots
from reports.bands import NAMES as SPEED
from reports.bands import bands
from reports.display import change, shown
from reports.figures import Unit, values_of
from reports.scope import scope_of
from reports.steps import step_of, steps_of
from reports.trends import trends
from tests import factories
from tests.reports.test_figures import BY_HAND, DAY, Day, whole
from tests.support.pages import signed_in


@pytest.mark.parametrize(
    ("unit", "now", "before", "words"),
    [
        (Unit.SECONDS, 600, 840, "4 min faster than before"),
        (Unit.SECONDS, 840, 600, "4 min slower than before"),
        (Unit.SECONDS, 600, 601, "as before"),
        (Unit.SHARE, 0.91, 0.88, "3 points more than before"),
        (Unit.SHARE, 0.5, 0.51, "1 point less than before"),
        (Unit.COUNT, 106, 100, "6% more than before"),
        (Unit.COUNT, 0, 0, "as before"),
        (Unit.COUNT, 5, 0, ""),
        (Unit.SHARE, 0.5, None, ""),
    ],
)
def test_a_change_is_said_in_words(unit: Unit, now: float, before: float | None, words: str) -> None:
    with translation.override("en"):
        assert change(unit, now, before) == words


@pytest.mark.django_db
def test_lines_have_every_day_and_say_what_they_show() -> None:
    Day()
    scope = whole().of_days(DAY - timedelta(days=1), DAY)
    with translation.override("en"):
        found = trends(scope, shown(values_of(scope), values_of(scope.before)))
        by_name = {trend.figure.name: trend for trend in found}
        came = by_name["messages_in"]
        assert [(day.value, day.before) for day in came.days] == [(0, 0), (BY_HAND["messages_in"][0], 0)]
        assert came.line == "M0.0 120.0 L1000.0 0.0"
        assert came.finding == f"Messages in: {BY_HAND['messages_in'][0]}"
        median = by_name["response_seconds_median"]
        assert [day.words for day in median.days][0] == "–"
        assert median.days[1].value == BY_HAND["response_seconds_median"][0]
        assert median.line.startswith("M994.0 "), "a day without answers breaks the line"


@pytest.mark.django_db
def test_long_period_is_drawn_by_week() -> None:
    day = Day()
    scope = scope_of(DAY - timedelta(days=99), DAY, list(Account.objects.values_list("pk", flat=True)))
    steps = list(steps_of(scope))
    assert [step_of(scope.of_days(DAY - timedelta(days=length), DAY)) for length in (91, 92)] == [1, 7]
    assert (len(steps), steps[0].first, steps[-1]) == (14, DAY - timedelta(days=97), (DAY - timedelta(days=6), DAY))
    for trend in trends(scope, shown(values_of(scope), values_of(scope.before))):
        name = trend.figure.name
        expected = [values_of(scope.of_days(*step), [name])[name].value for step in steps]
        assert [point.value for point in trend.days] == expected
    (facebook,) = (band for band in bands(scope) if band.platform == "facebook")
    alone = replace(scope, accounts=(day.facebook.pk,))
    for point, step in zip(facebook.points, steps, strict=True):
        found = values_of(alone.of_days(*step), SPEED)
        assert (point.median, point.p90) == tuple(found[name].value for name in SPEED)
    with translation.override("en"):
        assert facebook.finding.startswith("Facebook: slowest in the week from 4 November, half within 35 min")


def test_band_breaks_where_nothing_was_measured() -> None:
    assert plots.band([10, None, 20, 30], [20, 5, 40, 40], 40) == (
        "M0.0 60.0 L0.0 90.0 Z M666.7 0.0 L1000.0 0.0 L1000.0 30.0 L666.7 60.0 Z"
    )
    assert plots.line([None, 20, None], 40) == "M494.0 60.0 L506.0 60.0"


@pytest.mark.django_db
def test_period_without_anything_draws_no_empty_plots() -> None:
    Day()
    page: Client = signed_in(factories.make_user("lead", language="en"))
    html = page.get("/figures/", {"since": "2020-01-01", "until": "2020-01-31"}).content.decode()
    assert "Service level: nothing was measured" in html and "No messages came in" in html
    assert html.count('class="trend-now"') == 1, "how many came in is nought, and is drawn"
    assert 'class="bars"' not in html and 'class="heat"' not in html


@pytest.mark.django_db
def test_page_has_tiles_lines_and_reasons_with_a_table_behind() -> None:
    Day()
    page: Client = signed_in(factories.make_user("lead", language="en"))
    html = page.get("/figures/", {"since": DAY.isoformat(), "until": DAY.isoformat()}).content.decode()
    assert html.count('<figcaption id="trend-') == 5
    assert html.count('class="trend-band"') == 2, "one of each channel on which anybody was answered"
    assert html.count('class="trend-now"') == 7
    assert "X: slowest on 10 November, half within 30 min, nine in ten within 30 min" in html
    assert html.count("nine in ten: ") == 2
    assert "of what was closed had no reply" in html and "/figures/closed_spam/?" in html
    assert "Messages a day." in html
    year = page.get("/figures/", {"since": (DAY - timedelta(days=364)).isoformat(), "until": DAY.isoformat()})
    assert year.content.decode().count('class="bar-in"') == 52, "by week, as the lines"
    assert "<title>4 November: 5</title>" in year.content.decode()
