"""Plots of figures: lines by day beside the period before, and what they say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import translation

from reports.figures import Unit, values_of
from reports.shown import change, shown
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
        assert came.line == "M0.0 120.0 L0.0 120.0 L1000.0 0.0"
        assert came.finding == f"Messages in: {BY_HAND['messages_in'][0]}"
        median = by_name["response_seconds_median"]
        assert [day.words for day in median.days][0] == "–"
        assert median.days[1].value == BY_HAND["response_seconds_median"][0]
        assert median.line.startswith("M1000.0 "), "a day without answers breaks the line"


@pytest.mark.django_db
def test_page_has_tiles_lines_and_reasons_with_a_table_behind() -> None:
    Day()
    page: Client = signed_in(factories.make_user("lead", language="en"))
    html = page.get("/figures/", {"since": DAY.isoformat(), "until": DAY.isoformat()}).content.decode()
    assert html.count('class="trend-now"') == html.count('class="trend-before"') == 4
    assert html.count("nine in ten: ") == 2
    assert "of what was closed had no reply" in html and "/figures/closed_spam/?" in html
