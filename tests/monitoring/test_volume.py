"""How much was said and in what mood: by day, beside the period before, with its peaks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from monitoring.hits.models import WEB, Hit, Post
from monitoring.queries.models import Query
from monitoring.volume.peaks import LEAST, peaks_in
from tests import factories
from tests.support.pages import page_of


def found(query: Query, days_ago: int, **fields: Any) -> Post:
    """Return a post of so many days ago that a query found."""
    at = timezone.localtime().replace(hour=12) - timedelta(days=days_ago)
    values: dict[str, Any] = {"source": WEB, "published_at": at, "found_at": at, "estimated_at": at} | fields
    post = Post.objects.create(external_id=f"{Post.objects.count()}", **values)
    Hit.objects.create(query=query, post=post)
    return post


@pytest.mark.django_db
def test_i1_volume_and_mood_are_drawn_by_day_with_peaks(page: Client) -> None:
    query = Query.objects.create(name="Merk", text="veldhuis")
    Query.objects.create(name="Stil", text="stil")
    for days_ago in (1, 5, 9):
        found(query, days_ago)
    for _number in range(7):
        found(query, 3, mood="angry")
    for days_ago in (30, 31):
        found(query, days_ago)
    html = page_of(page, "/monitoring/volume/")
    peak = timezone.localdate() - timedelta(days=3)
    finding = f"Merk: 10 posts, 8 more than before, 7 negative, peak on {peak:%-d} {peak:%B} (7)"
    assert finding in html and "Stil: nothing was found" in html
    assert html.count("(<b>peak") + html.count("<b>(peak)</b>") == 1
    week = page_of(page, "/monitoring/volume/?days=7")
    assert "Merk: 9 posts, 8 more than before" in week
    assert page.get("/monitoring/volume/?days=onzin").status_code == 200


@pytest.mark.django_db
def test_i8_reach_of_negative_posts_is_told_answered_or_not(page: Client) -> None:
    query, second = (Query.objects.create(name=name, text="veldhuis") for name in ("Merk", "Ook"))
    account = factories.make_account("x")
    on_x: dict[str, Any] = {"source": "x", "account": account}
    unanswered = found(query, 1, mood="angry", followers=1500, **on_x)
    Hit.objects.create(query=second, post=unanswered)  # counted once
    found(query, 1, mood="annoyed", followers=40, outcome="on_site", done_at=timezone.now(), **on_x)
    found(query, 2, mood="happy", followers=9000, **on_x)
    found(query, 40, mood="happy")
    html = page_of(page, "/monitoring/volume/")
    assert "Mood balance -33% (-133 points against before)" in html
    assert "nobody answered reach 1,500 followers" in html


@given(st.lists(st.integers(0, 50), max_size=40))
def test_a_peak_is_never_a_quiet_day(counts: list[int]) -> None:
    for place in peaks_in(counts):
        assert counts[place] >= LEAST and counts[place] > sorted(counts)[len(counts) // 2]


def test_steady_days_have_no_peak() -> None:
    assert peaks_in([20, 22, 19, 21, 20, 23, 18]) == []
    assert peaks_in([0, 0, 0, 0, 0, 0, 9]) == [6]
    assert peaks_in([0, 9]) == []
