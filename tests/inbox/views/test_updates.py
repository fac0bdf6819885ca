"""The catch-up: what changed since the page was made."""

from __future__ import annotations

import pytest
from django.test import Client

from channels.models import Account
from inbox.live import announce
from inbox.models import Conversation, User
from inbox.triage import assignment
from tests import factories
from tests.support.pages import signed_in


def _since(page: Client) -> str:
    return page.get("/inbox/").content.decode().split('data-since="')[1].split('"')[0]


def test_nothing_new_is_no_content_with_the_token_to_go_on_with(page: Client, account: Account) -> None:
    response = page.get(f"/inbox/updates/?since={announce.token() + 1}")
    assert response.status_code == 204
    assert response["X-Token"].isdigit()


def test_a_new_message_comes_as_the_same_row_the_list_is_made_of(page: Client, account: Account) -> None:
    since = _since(page)
    conversation = factories.make_conversation(account)
    html = page.get(f"/inbox/updates/?since={since}").content.decode()
    here, left = html.split('<ol class="left">')
    assert f'id="row-{conversation.code}"' in here
    assert f"row-{conversation.code}" not in left
    assert f'data-codes="{conversation.code}"' in html
    assert '<data value="1"' in html


def test_a_row_that_left_the_list_is_named_apart(page: Client, agent: User, account: Account) -> None:
    conversation = factories.make_conversation(account)
    since = announce.token()
    assignment.close(conversation, by=agent)
    html = page.get(f"/inbox/updates/?since={since}").content.decode()
    assert f'id="row-{conversation.code}"' in html.split('<ol class="left">')[1]


def test_somebody_limited_to_other_accounts_learns_nothing(outsider: User, account: Account) -> None:
    since = announce.token()
    conversation = factories.make_conversation(account)
    response = signed_in(outsider).get(f"/inbox/updates/?since={since}")
    assert str(conversation.code) not in response.content.decode()


def test_after_a_night_asleep_the_list_is_simply_asked_for_again(page: Client, account: Account) -> None:
    since = announce.token()
    for _each in range(61):
        factories.make_conversation(account)
    html = page.get(f"/inbox/updates/?since={since}").content.decode()
    assert "data-many" in html
    assert Conversation.objects.count() == 61


def test_more_than_can_be_named_is_said_and_no_code_is_sent(
    page: Client, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announce, "MOST", 2)
    for _each in range(3):
        factories.make_conversation(account)
    html = page.get("/inbox/updates/?since=0").content.decode()
    assert "data-all" in html
    assert "data-many" not in html
    assert 'data-codes=""' in html
    assert 'id="row-' not in html


@pytest.mark.parametrize("made_up", ["abc", "-1", "9" * 30, "9" * 5000, "٣"])
def test_a_made_up_token_is_the_beginning_or_the_end(page: Client, conversation: Conversation, made_up: str) -> None:
    assert str(conversation.code) in page.get(f"/inbox/updates/?since={made_up}").content.decode()
