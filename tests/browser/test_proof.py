"""Showing once more who one is, in a real browser: the form comes back as it was."""

from __future__ import annotations

import time

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from inbox.models import Organisation, User
from tests.browser.conftest import Open
from tests.factories import make_user
from tests.support.barriers import barriers_at
from webcare.lib.session_store import SessionStore

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def grow_old() -> None:
    """Let every session's last proof be eleven minutes ago."""
    for row in Session.objects.all():
        session = SessionStore(row.session_key)
        session["proved"] = int(time.time()) - 660
        session.save()


def test_a_form_comes_back_after_the_password(visit: Open) -> None:
    mila = make_user("admin", email="mila@example.com", language="nl")
    page = visit("/settings/sign-in/", person=mila)
    page.get_by_label("Teamleider").check()
    page.get_by_label("Alleen vanaf deze netwerken").fill("127.0.0.0/8")
    grow_old()
    page.get_by_role("button", name="Opslaan").click()
    page.wait_for_url("**/account/again/**")
    assert barriers_at(page, 1440, 360) == []
    expect(page.get_by_label("Wachtwoord")).to_be_focused()
    page.keyboard.type("a-long-password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/account/again/go-on/**")
    assert barriers_at(page, 1440, 360) == []
    assert Organisation.current().networks == []
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/sign-in/")
    assert Organisation.current().networks == ["127.0.0.0/8"]
    assert Organisation.current().second_factor == [User.Role.LEAD]
