"""One's own settings."""

from __future__ import annotations

import pytest
from django.test import Client

from inbox.models import User
from inbox.views.team.forms import PreferencesForm
from tests.factories import make_user
from tests.support.html import tight

pytestmark = pytest.mark.django_db
FIELDS = {
    "first_name": "Farah",
    "last_name": "Bensaïd",
    "own_initials": "",
    "language": "en",
    "theme": "dark",
    "density": "compact",
    "undo_seconds": "10",
}


def test_preferences_are_saved_and_shape_the_next_page(client: Client) -> None:
    me = make_user(language="nl")
    client.force_login(me)
    assert 'lang="nl"' in client.get("/preferences/").content.decode()
    shown = tight(client.post("/preferences/", FIELDS, follow=True).content.decode())
    assert 'lang="en" data-density="compact" data-theme="dark"' in shown
    assert "Saved." in shown
    me.refresh_from_db()
    assert (me.undo_seconds, me.initials) == (10, "FB")


def test_one_cannot_change_ones_own_role_or_address_here(client: Client) -> None:
    me = make_user("agent", email="farah@example.com")
    client.force_login(me)
    client.post("/preferences/", {**FIELDS, "role": "admin", "email": "other@example.com"})
    me.refresh_from_db()
    assert (me.role, me.email) == ("agent", "farah@example.com")


def test_who_works_in_no_conversation_is_led_to_no_closed_page(client: Client) -> None:
    client.force_login(make_user("auditor", language="en"))
    assert "/inbox/notifications/choice/" not in client.get("/preferences/").content.decode()
    client.force_login(make_user("agent", language="en"))
    assert "/inbox/notifications/choice/" in client.get("/preferences/").content.decode()


def test_a_refused_form_changes_nothing_and_says_why(client: Client) -> None:
    me = make_user(language="en")
    client.force_login(me)
    shown = client.post("/preferences/", {**FIELDS, "undo_seconds": "9999", "theme": "dark"}).content.decode()
    assert "data-theme" not in shown
    assert "Select a valid choice" in shown
    me.refresh_from_db()
    assert me.undo_seconds == 5


def test_what_an_admin_takes_meanwhile_stays_taken(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    me = make_user("lead", language="en")
    client.force_login(me)
    is_valid = PreferencesForm.is_valid

    def meanwhile(form: PreferencesForm) -> bool:
        User.objects.filter(pk=me.pk).update(role="agent", second_factor_due=True)
        return is_valid(form)

    monkeypatch.setattr(PreferencesForm, "is_valid", meanwhile)
    client.post("/preferences/", FIELDS)
    me.refresh_from_db()
    assert (me.role, me.second_factor_due, me.theme) == ("agent", True, "dark")
