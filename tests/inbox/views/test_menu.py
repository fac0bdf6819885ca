"""The menu a phone has in place of the side of the page."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.factories import make_account, make_user
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db
FOLDED, UNFOLDED = '<details class="nav-managed">', '<details class="nav-managed" open>'


def _side(page: str) -> str:
    """The pages that the side leads to."""
    return page.split('class="nav-foot"')[1].split('class="nav-me"')[0]


def test_set_up_pages_are_folded_until_one_is_open() -> None:
    lead = signed_in(make_user("lead"))
    assert FOLDED in _side(page_of(lead, reverse("inbox")))
    assert FOLDED in _side(page_of(lead, reverse("cockpit")))
    assert UNFOLDED in _side(page_of(lead, reverse("rules")))
    assert UNFOLDED in page_of(lead, reverse("menu")).split('class="menu-page"')[1]


@pytest.mark.parametrize("role", ["agent", "auditor"])
def test_few_such_pages_stand_among_the_others(role: str) -> None:
    side = _side(page_of(signed_in(make_user(role)), reverse("preferences")))
    assert "nav-managed" not in side
    assert reverse("log" if role == "auditor" else "practice") in side


@pytest.mark.parametrize("role", ["agent", "lead", "admin"])
def test_a_phone_leads_to_every_page_the_side_leads_to(role: str) -> None:
    make_account("x", mode="publish")
    page = page_of(signed_in(make_user(role)), reverse("menu"))
    side, menu = _side(page), page.split('class="menu-page"')[1]
    wanted = set(re.findall(r'href="([^"]+)"', side))
    assert reverse("posts") in wanted
    assert wanted <= set(re.findall(r'href="([^"]+)"', menu))
