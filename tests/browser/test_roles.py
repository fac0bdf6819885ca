"""Roles of the organisation's own, made by ticks in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from inbox.models import CustomRole, User
from tests.browser.conftest import Open, picture
from tests.factories import make_user
from tests.support.barriers import barriers_at, resize

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.long
def test_a_role_is_copied_ticked_and_given(visit: Open) -> None:
    boss = make_user("admin", first_name="Mila", last_name="de Boer", language="nl")
    joost = make_user(first_name="Joost", last_name="Willems", language="nl")
    page = visit("/people/roles/", person=boss)
    assert barriers_at(page, 1440, 360) == []
    picture(page, "roles-360")
    resize(page, 1440)
    picture(page, "roles-1440")
    page.get_by_role("link", name="Kopieer Medewerker").click()
    page.get_by_label("Naam").fill("Weekenddienst")
    page.get_by_label("Cijfers", exact=True).check()
    page.get_by_label("Gesprekken afronden").uncheck()
    assert barriers_at(page, 1440, 360) == []
    picture(page, "role-360")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("link", name="Weekenddienst", exact=True)).to_be_visible()
    role = CustomRole.objects.get()
    assert {"figures", "unchecked"} <= set(role.rights)
    assert "close" not in role.rights
    page.goto(page.url.replace("/roles/", f"/{joost.code}/"))
    page.get_by_label("Weekenddienst").check()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.locator("main")).to_contain_text("Weekenddienst")
    assert User.objects.get(pk=joost.pk).custom_role == role
