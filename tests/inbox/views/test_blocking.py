"""Blocking from the page: who is offered it, the second question, the mark, and closing as spam."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from channels.models import Account
from channels.x.connector import XConnector
from inbox import tasks
from inbox.models import Block, Conversation, User
from inbox.triage import closing
from tests import factories
from tests.support.pages import signed_in


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What the platform was asked to do."""
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(XConnector, "act", lambda self, action, person: asked.append((str(action), person)))
    return asked


def _see(page: Client, address: str) -> str:
    answer = page.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_e10_lead_blocks_with_a_reason_everyone_sees(
    page: Client, lead: User, conversation: Conversation, done: list[tuple[str, str]]
) -> None:
    browser, address = signed_in(lead), f"/inbox/{conversation.code}/block/"
    assert "Block this person" in _see(browser, conversation.get_absolute_url())
    asked = _see(browser, address)
    assert "What they write in public does." in asked and "They are not told." in asked
    assert "Choose a reason" in browser.post(address).content.decode() and done == []
    html = browser.post(address, {"reason": "insult"}, follow=True).content.decode()
    assert done == [("block", conversation.identity.external_id)]
    assert "Karin is blocked." in html and "Blocked by Sanne" in html and "Insults" in html
    seen = _see(page, conversation.get_absolute_url())
    assert "Blocked by Sanne" in seen and f"/inbox/{conversation.code}/unblock/" not in seen
    assert '#i-ban"' in _see(page, "/inbox/") or "Blocked" in _see(page, "/inbox/")
    html = browser.post(f"/inbox/{conversation.code}/unblock/", follow=True).content.decode()
    assert done[-1] == ("unblock", conversation.identity.external_id) and not Block.objects.exists()
    assert "Blocked by" not in html


def test_agents_are_not_offered_it_unless_allowed(page: Client, account: Account, conversation: Conversation) -> None:
    address = f"/inbox/{conversation.code}/block/"
    assert "Block this person" not in _see(page, conversation.get_absolute_url())
    assert page.get(address).status_code == 403
    assert page.post(address, {"reason": "insult"}).status_code == 403
    assert page.post(f"/inbox/{conversation.code}/unblock/").status_code == 403
    account.agents_may_block = True
    account.save()
    assert "Block this person" in _see(page, conversation.get_absolute_url())


def test_an_outsider_finds_nothing_and_unblocking_takes_a_form(
    lead: User, outsider: User, conversation: Conversation
) -> None:
    assert signed_in(outsider).get(f"/inbox/{conversation.code}/block/").status_code == 404
    assert signed_in(lead).get(f"/inbox/{conversation.code}/unblock/").status_code == 405


def test_e10_where_a_line_was_crossed_blocking_is_offered(lead: User, conversation: Conversation) -> None:
    closing.cross_line(conversation, lead, "insult")
    html = _see(signed_in(lead), conversation.get_absolute_url())
    strip = html.split('data-strip="line"')[1].split("</div>")[0]
    assert f"/inbox/{conversation.code}/block/" in strip


def test_a_blocked_person_carries_a_mark_in_the_list(
    page: Client, lead: User, account: Account, conversation: Conversation
) -> None:
    other = factories.make_conversation(account)
    Block.objects.create(account=account, identity=conversation.identity, by=lead, reason="spam")
    html = _see(page, "/inbox/")
    rows = {code: html.split(f'id="row-{code}"')[1].split("</li>")[0] for code in (conversation.code, other.code)}
    assert "Blocked" in rows[conversation.code] and "Blocked" not in rows[other.code]


def test_closing_as_spam_has_what_was_public_hidden(
    page: Client, agent: User, conversation: Conversation, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    asked: list[Any] = []
    monkeypatch.setattr(tasks.hide_spam, "apply_async", lambda args, *_rest, **more: asked.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        page.post(f"/inbox/{conversation.code}/close/", {"reason": "spam"})
    assert asked == [(conversation.pk,)]
