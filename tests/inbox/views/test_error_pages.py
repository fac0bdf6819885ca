"""What is shown when something is not there, not allowed or broken."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from inbox.views.errors import broken
from tests.factories import make_user
from tests.support.doors import DOORS
from tests.support.pages import signed_in
from tests.support.world import World

pytestmark = pytest.mark.django_db
OPENED = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}  # as browsers ask for a page


def test_a_page_that_is_not_there_keeps_the_frame(client: Client) -> None:
    client.force_login(make_user(language="en"))
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "This page is not here" in answer.content.decode()
    assert 'class="nav"' in answer.content.decode()


def test_a_stranger_gets_the_page_without_the_frame(client: Client) -> None:
    answer = client.get("/nowhere/", headers={"accept-language": "en"})
    assert answer.status_code == 404
    assert 'class="nav"' not in answer.content.decode()


def test_what_is_not_allowed_says_whom_to_ask(client: Client) -> None:
    client.force_login(make_user("agent", language="en"))
    answer = client.get("/accounts/")
    assert answer.status_code == 403
    assert "Ask a team lead or an admin" in answer.content.decode()


def test_a_button_s_address_typed_by_hand_says_so(world: World) -> None:
    page, wrong = signed_in(make_user("admin", language="en")), {}
    for name, rows in DOORS.items():
        if {door.method for door in rows} != {"POST"}:
            continue
        address = reverse(name, args=[world.address_part(word) for word in rows[0].args])
        answer = page.get(address, headers=OPENED)
        text = answer.content.decode()
        if (answer.status_code, answer["Allow"]) != (405, "POST") or "nothing was changed" not in text:
            wrong[name] = answer.status_code
        assert 'class="nav"' in text
    assert wrong == {}


def test_it_says_so_to_who_is_signed_out_in_their_language(client: Client) -> None:
    answer = client.get("/preferences/sign-out/", headers={**OPENED, "accept-language": "nl"})
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "er is niets gewijzigd" in answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"accept": "*/*"},
        {"accept": "application/json"},
        {**OPENED, "hx-request": "true"},
        {**OPENED, "sec-fetch-mode": "cors"},
    ],
)
def test_programs_and_scripts_get_a_bare_refusal(client: Client, headers: dict[str, str]) -> None:
    answer = client.get("/webhooks/meta/delete/", headers=headers)
    assert (answer.status_code, answer.content, answer["Allow"]) == (405, b"", "POST")


def test_a_broken_page_needs_no_database(django_assert_num_queries: object, rf: RequestFactory) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = broken(rf.get("/"))
    assert answer.status_code == 500
