"""From where people may sign in."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from inbox.models import Event, Organisation
from inbox.team import networks
from tests.factories import make_user
from webcare.server.addresses import is_inside


def test_networks_are_read_by_line() -> None:
    assert networks.parse("192.0.2.7/24\n\n2001:db8::/32 # office\n192.0.2.0/24") == ["192.0.2.0/24", "2001:db8::/32"]
    with pytest.raises(ValueError, match="kantoor"):
        networks.parse("kantoor")


@pytest.mark.parametrize(
    ("address", "inside"),
    [("192.0.2.9", True), ("::ffff:192.0.2.9", True), ("2001:db8::1", True), ("198.51.100.1", False), ("", False)],
)
def test_address_is_looked_for_in_networks(address: str, inside: bool) -> None:
    assert is_inside(address, ["192.0.2.0/24", "2001:db8::/32"]) is inside
    assert is_inside(address, [])


@pytest.mark.django_db
def test_who_is_elsewhere_stays_out_and_nobody_locks_up() -> None:
    office = Client(REMOTE_ADDR="192.0.2.9")
    office.force_login(make_user("admin", language="en"))
    home = Client(REMOTE_ADDR="198.51.100.1")
    home.force_login(make_user("agent"))
    assert home.get("/inbox/").status_code == 200
    shut_out = office.post("/settings/sign-in/", {"networks": "198.51.100.0/24"}).content.decode()
    assert "that would shut you out" in shut_out
    assert office.post("/settings/sign-in/", {"networks": "192.0.2.0/24"}).status_code == 302
    assert home.get("/inbox/").status_code == 403
    make_user(email="farah@example.com")
    form = {"login": "farah@example.com", "password": "a-long-password"}
    assert Client(REMOTE_ADDR="198.51.100.1").post("/account/login/", form).status_code == 403
    assert Event.objects.filter(verb="signin_outside").count() == 1
    assert Client(REMOTE_ADDR="192.0.2.10").post("/account/login/", form).status_code == 302
    call_command("allow_every_network")
    assert Organisation.current().networks == []
    assert home.get("/inbox/").status_code == 200
