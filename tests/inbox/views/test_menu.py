"""The menu a phone has in place of the side of the page."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.factories import make_account, make_user
from tests.support.pages import page_of, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["agent", "lead", "admin"])
def test_a_phone_leads_to_every_page_the_side_leads_to(role: str) -> None:
    make_account("x", mode="publish")
    page = page_of(signed_in(make_user(role)), reverse("menu"))
    side, menu = page.split('class="nav-foot"')[1].split("</ul>")[0], page.split('class="menu-page"')[1]
    wanted = set(re.findall(r'href="([^"]+)"', side))
    assert reverse("posts") in wanted
    assert wanted <= set(re.findall(r'href="([^"]+)"', menu))
