"""An empty list says why it is empty and where to go on."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation

from channels.models import Account
from inbox.lists.queues import QUEUES
from inbox.models import Conversation, User
from inbox.triage import assignment
from tests import factories
from tests.support.pages import signed_in


def _empty(page: Client, query: str = "") -> str:
    html = page.get(f"/inbox/{query}").content.decode()
    assert '<div class="empty">' in html
    return html.split('<div class="empty">')[1].split("</section>")[0]


@pytest.mark.parametrize("queue", QUEUES)
def test_every_empty_queue_says_what_it_is_for(page: Client, account: Account, queue: str) -> None:
    said = _empty(page, f"?queue={queue}")
    with translation.override("en"):
        assert str(QUEUES[queue].empty_title) in said
        assert str(QUEUES[queue].empty_text) in said


def test_an_empty_list_of_ones_own_leads_to_the_unassigned(page: Client, conversation: Conversation) -> None:
    said = _empty(page, "?queue=mine")
    assert 'href="/inbox/?queue=unassigned"' in said
    assert "One conversation is unassigned." in said


def test_where_everything_has_an_owner_the_way_leads_to_ones_own(
    page: Client, agent: User, conversation: Conversation
) -> None:
    assignment.assign(conversation, agent, agent)
    said = _empty(page, "?queue=snoozed")
    assert 'href="/inbox/?queue=mine"' in said
    assert 'href="/inbox/"' in said


def test_filters_that_leave_nothing_can_be_taken_off_there(page: Client, conversation: Conversation) -> None:
    said = _empty(page, "?queue=unassigned&mood=happy")
    assert "Nothing fits these filters" in said
    assert 'href="/inbox/?queue=unassigned"' in said


def test_one_accounts_empty_list_names_the_account(page: Client, account: Account) -> None:
    said = _empty(page, f"?account={account.code}")
    assert "@VeldhuisNL" in said
    assert 'href="/inbox/"' in said


def test_without_an_account_an_admin_is_led_to_connecting_one(db: None) -> None:
    page = signed_in(factories.make_user("admin", language="en"))
    html = page.get("/inbox/").content.decode()
    assert "Connect your first account" in _empty(page)
    assert html.count('href="/accounts/"') >= 2  # the list and the pane beside it
    assert 'id="first-steps"' not in html


def test_without_an_account_an_agent_is_told_who_can_connect_one(page: Client) -> None:
    factories.make_user("admin", first_name="Mila", last_name="de Boer")
    said = _empty(page)
    assert "Mila de Boer" in said
    assert 'href="/accounts/"' not in said
