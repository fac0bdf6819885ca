"""An answer that is taken back returns to its author; colleagues read that it was."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.models import Account
from inbox.models import Conversation, User
from inbox.outbox import queue
from tests import factories
from tests.support.html import text_of
from tests.support.pages import HTMX, signed_in
from tests.support.undoing import last_act, send_answer

pytestmark = pytest.mark.django_db


def test_a_bystander_cannot_withdraw_an_answer(agent: User, lead: User, noa: Conversation) -> None:
    message = send_answer(noa, agent)
    assert signed_in(lead).post(f"/inbox/messages/{message.code}/cancel/").status_code == 403
    assert not queue.cancel(message, lead)
    message.refresh_from_db()
    assert message.state == "queued"
    assert queue.cancel(message, agent)


def _taken_back(page: Client, conversation: Conversation) -> str:
    html = page.get(conversation.get_absolute_url()).content.decode()
    return text_of(html.partition('class="taken-back"')[2].partition("</li>")[0])


def test_colleagues_read_who_took_an_answer_back(agent: User, lead: User, noa: Conversation) -> None:
    answer = send_answer(noa, agent)
    assert "took an answer back" not in _taken_back(signed_in(lead), noa)
    assert queue.cancel(answer, agent)
    assert f"{agent.first_name} took an answer back, " in _taken_back(signed_in(lead), noa)
    live = signed_in(lead).get(f"{noa.get_absolute_url()}thread/", **HTMX).content.decode()
    assert "took an answer back" in live
    assert answer.text not in live
    assert _taken_back(signed_in(agent), noa) == ""  # the bar says it to whom it was


def test_news_after_it_ends_the_line_of_what_was_taken_back(
    agent: User, lead: User, account: Account, noa: Conversation
) -> None:
    assert queue.cancel(send_answer(noa, agent), agent)
    factories.make_answer(noa, lead)
    assert _taken_back(signed_in(lead), noa) == ""


def test_what_was_taken_back_costs_no_statement_more(agent: User, lead: User, noa: Conversation) -> None:
    page = signed_in(lead)
    page.get(noa.get_absolute_url())
    with CaptureQueriesContext(connection) as before:
        page.get(noa.get_absolute_url())
    for _n in range(3):
        assert queue.cancel(send_answer(noa, agent), agent)
    with CaptureQueriesContext(connection) as after:
        page.get(noa.get_absolute_url())
    assert len(after) == len(before)


def test_undone_answer_returns_to_its_author_alone(
    page: Client, agent: User, lead: User, account: Account, noa: Conversation
) -> None:
    Account.objects.filter(pk=account.pk).update(signature="initials")
    send_answer(noa, agent)
    html = page.post(
        "/inbox/undo/", {"act": str(last_act(agent).code), "next": "/inbox/"}, follow=True
    ).content.decode()
    assert ">Morgen is hij er.</textarea>" in html  # without the signature, which is put under it again
    assert "Taken back. Your text is in the box again." in html
    assert "Morgen" not in signed_in(lead).get(f"/inbox/{noa.code}/").content.decode()


def test_what_was_begun_meanwhile_stays_below_it(page: Client, agent: User, noa: Conversation) -> None:
    send_answer(noa, agent)
    page.post(f"/inbox/{noa.code}/draft/", {"tab": "public", "text": "En nog iets", "code": str(uuid.uuid4())})
    form = {"act": str(last_act(agent).code)}
    html = page.post("/inbox/undo/", form, **HTMX).content.decode()
    assert html == "" or "En nog iets" in html
    html = page.get(f"/inbox/{noa.code}/").content.decode()
    assert ">Morgen is hij er.\n\nEn nog iets</textarea>" in html


def test_colleagues_read_who_is_sending(agent: User, lead: User, noa: Conversation) -> None:
    send_answer(noa, agent)
    html = signed_in(lead).get(f"/inbox/{noa.code}/").content.decode()
    assert f"{agent.first_name} is sending this" in html
    assert "data-undo" not in html and "cancel" not in html
