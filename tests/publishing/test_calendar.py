"""Posts day by day, of a month and a week."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from channels.models import Account
from publishing.calendar import Period
from publishing.models import Part, Post
from tests.factories import make_account, make_user
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand() -> Account:
    return make_account("x", mode="publish")


@pytest.fixture
def page(brand: Account) -> Client:
    return signed_in(make_user(language="en"))


def planned(brand: Account, clock: str, text: str, **more: Any) -> Post:
    post = Post.objects.create(text=text, at=timezone.make_aware(datetime.fromisoformat(clock)), **more)
    Part.objects.create(post=post, account=brand)
    return post


def test_month_and_week_show_posts_on_their_day(brand: Account, page: Client) -> None:
    planned(brand, "2031-07-01T00:15", "Vroeg op de eerste")
    planned(brand, "2031-07-31T23:45", "Laat op de laatste")
    planned(brand, "2031-06-30T12:00", "De dag ervoor")
    planned(brand, "2031-08-20T12:00", "Veel later")
    month = page_of(page, f"{reverse('posts_calendar')}?on=2031-07-15")
    assert [text in month for text in ("Vroeg", "Laat", "De dag", "Veel")] == [True, True, True, False]
    week = page_of(page, f"{reverse('posts_calendar')}?view=week&on=2031-07-02")
    assert [text in week for text in ("Vroeg", "Laat", "De dag", "Veel")] == [True, False, True, False]
    assert week.index("De dag") < week.index("Vroeg")
    assert "Vroeg" not in page_of(page, f"{reverse('posts_calendar')}?on=2031-07-15&status=asked")


def test_it_asks_as_often_for_many_posts_as_for_one(brand: Account, page: Client) -> None:
    address = f"{reverse('posts_calendar')}?on=2031-07-15"
    planned(brand, "2031-07-01T09:00", "Een")
    page.get(address)
    with CaptureQueriesContext(connection) as one:
        page.get(address)
    for day in range(1, 9):
        planned(brand, f"2031-07-0{day}T09:00", f"Bericht {day}")
    with CaptureQueriesContext(connection) as many:
        assert b"Bericht 8" in page.get(address).content
    assert len(many) == len(one)


@pytest.mark.parametrize("on", ["", "nooit", "0001-01-01", "9999-12-31"])
def test_any_address_shows_a_period(page: Client, on: str) -> None:
    for view in ("week", "month"):
        assert page.get(reverse("posts_calendar"), {"on": on, "view": view}).status_code == 200


@given(day=st.dates(date(2000, 1, 3), date(2199, 12, 1)), view=st.sampled_from(["week", "month"]))
def test_periods_are_whole_weeks_that_follow_each_other(day: date, view: str) -> None:
    period = Period.of({"view": view, "on": day.isoformat()})
    assert period.first <= day < period.end
    assert (period.end - period.first).days % 7 == period.first.weekday() == 0
    assert Period(period.is_week, period.next).before == period.on
