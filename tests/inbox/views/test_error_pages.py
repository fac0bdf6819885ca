"""What is shown when something is not there, not allowed or broken."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from inbox.views.errors import broken
from tests.factories import make_user

pytestmark = pytest.mark.django_db


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


def test_a_broken_page_needs_no_database(django_assert_num_queries: object, rf: RequestFactory) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = broken(rf.get("/"))
    assert answer.status_code == 500
