"""The undo bar stands on every page until the next act."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from channels.models import Account
from inbox.models import Conversation, Message, UndoableAct, User
from inbox.undo import reversal
from inbox.undo.bar import bar_of
from tests import factories
from tests.support.undoing import last_act, send_answer

pytestmark = pytest.mark.django_db


def test_the_bar_stands_on_every_page_until_the_next_act(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    for path in ("/inbox/", f"/inbox/{noa.code}/", "/preferences/", "/inbox/notices/"):
        html = page.get(path).content.decode()
        assert "<b><bdi>Noa</bdi></b> to you" in html, path
        assert 'action="/inbox/undo/"' in html, path
    page.post(f"/inbox/{noa.code}/snooze/", {"span": "answer"})
    html = page.get("/inbox/").content.decode()
    assert "to you" not in html and "sleeps until they write" in html
    assert UndoableAct.objects.count() == 1
    UndoableAct.objects.update(at=factories.minutes_ago(13 * 60))
    assert bar_of(agent) is None


def test_an_answer_still_leaving_comes_after_a_later_act(
    page: Client, agent: User, noa: Conversation, account: Account
) -> None:
    User.objects.filter(pk=agent.pk).update(undo_seconds=60)  # it still leaves on a slow machine too
    message = send_answer(noa, agent)
    other = factories.make_conversation(account, author=factories.author("Lotte Brouwer"))
    page.post(f"/inbox/{other.code}/claim/")
    html = page.get("/inbox/").content.decode()
    assert "<b><bdi>Lotte</bdi></b> to you" in html
    assert "Before this, still leaving: To <b><bdi>Noa</bdi></b>, in public" in html
    reversal.undo(last_act(agent).code, agent)
    bar = bar_of(agent)
    assert bar is not None and bar.act.message == message and bar.left


def test_what_left_says_nothing_more(page: Client, agent: User, noa: Conversation) -> None:
    message = send_answer(noa, agent)
    Message.objects.filter(pk=message.pk).update(state="sent")
    assert bar_of(agent) is None
    assert 'class="undo"' not in page.get("/inbox/").content.decode()


def test_an_answer_erased_while_the_bar_is_read_breaks_no_page(
    page: Client, agent: User, noa: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    send_answer(noa, agent)

    def erased(*, ids: list[int]) -> list[Message]:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # what refers to it was read before
            cursor.execute("DELETE FROM inbox_message WHERE id = ANY(%s)", [ids])
            cursor.execute("DELETE FROM inbox_undoableact WHERE message_id = ANY(%s)", [ids])
            cursor.execute("SET LOCAL session_replication_role = origin")
        return []

    monkeypatch.setattr("inbox.undo.bar._messages", erased)
    assert bar_of(agent) is None


def test_without_scripts_one_comes_back_to_the_page(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    answer = page.post("/inbox/undo/", {"act": str(last_act(agent).code), "next": "/preferences/"})
    assert answer["Location"] == "/preferences/"
    page.post(f"/inbox/{noa.code}/claim/")
    answer = page.post("/inbox/undo/", {"act": str(last_act(agent).code), "next": "https://evil.example/"})
    assert answer["Location"] == "/inbox/"


def test_another_tab_hears_of_it(page: Client, agent: User, noa: Conversation) -> None:
    page.post(f"/inbox/{noa.code}/claim/")
    html = page.get("/inbox/updates/?since=0").content.decode()
    assert "<b><bdi>Noa</bdi></b> to you" in html.split('class="undo-news"')[1]
    # An act is kept after what it changed: whoever asked in between hears of it all the same.
    token = html.split('data-token="')[1].split('"')[0]
    assert page.get(f"/inbox/updates/?since={token}&undo=").status_code == 200
    state = html.split('data-state="')[1].split('"')[0]
    assert page.get(f"/inbox/updates/?since={token}&undo={state}").status_code in (200, 204)


@pytest.mark.parametrize(
    ("name", "first_name"),
    [("KARIN de boer", "Karin"), ("Dhr. Bakker", "Dhr. Bakker"), ("J. Bakker", "J. Bakker"), ("", "The customer")],
)
def test_the_bar_calls_people_by_their_first_name(
    page: Client, agent: User, account: Account, name: str, first_name: str
) -> None:
    person = factories.author(name, handle="")
    page.post(f"/inbox/{factories.make_conversation(account, author=person).code}/claim/")
    assert f"<b><bdi>{first_name}</bdi></b> to you" in page.get("/preferences/").content.decode()
