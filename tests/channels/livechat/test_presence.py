"""Who is there: agents see the visitor, and the visitor's widget hears that something changed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channels.intake import chats
from channels.livechat.public.stream import VisitorStream
from inbox.live import customers, presence
from inbox.models import Conversation
from tests.factories import make_conversation, make_user
from tests.support.chat import SHOP, Visitor, answer, make_chat, take_in
from tests.support.event_loops import run
from tests.support.html import text_of
from tests.support.listening import LONGEST
from tests.support.pages import HTMX, signed_in

pytestmark = pytest.mark.django_db


def looking(page: Client, conversation: Conversation) -> str:
    return text_of(page.get(f"/inbox/looking/?codes={conversation.code}", **HTMX).content.decode())


def test_agents_see_a_visitor_come_type_and_go() -> None:
    visitor = Visitor(make_chat())
    visitor.write()
    (message,) = take_in(visitor.account)
    conversation, page = message.conversation, signed_in(make_user(language="en"))
    assert conversation is not None and message.identity is not None
    customers.leave(message.identity.external_id)
    assert "No longer on the site" in looking(page, conversation)
    visitor.ask("note/", {"page": f"{SHOP}/fjord/?id=7", "title": "Fjord hoekbank"})
    shown = looking(page, conversation)
    assert "is on the site · Fjord hoekbank" in shown
    assert 'title="Bezoeker' in (row := page.get("/inbox/").content.decode()) and "is on the site" in row
    visitor.ask("note/", {"typing": True})
    assert "is writing" in looking(page, conversation) and "is writing" in page.get("/inbox/").content.decode()
    visitor.ask("note/", {"typing": False, "page": "https://elsewhere.example/"})
    shown = text_of(page.get(conversation.get_absolute_url()).content.decode())
    assert "is on the site" in shown and "elsewhere.example" not in shown and "Began on" not in shown


def test_the_panel_says_where_the_talk_began() -> None:
    visitor = Visitor(make_chat())
    visitor.write(page=f"{SHOP}/banken/", title="Banken", referrer="https://zoek.example/?q=bank")
    visitor.write(page=f"{SHOP}/fjord/", title="Fjord")
    conversation = take_in(visitor.account)[0].conversation
    assert conversation is not None
    shown = text_of(signed_in(make_user(language="en")).get(conversation.get_absolute_url()).content.decode())
    assert "Began on Banken https://shop.example/banken/ kwam van https://zoek.example/" in shown


def test_a_visitor_sees_that_somebody_writes() -> None:
    visitor, agent = Visitor(make_chat()), make_user()
    visitor.write()
    (message,) = take_in(visitor.account)
    assert message.conversation is not None
    presence.arrive(message.conversation, agent, typing=True)
    assert visitor.standing()["typing"]
    presence.leave(message.conversation, agent)
    assert not visitor.standing()["typing"]


def test_a_note_between_colleagues_is_no_visitors_business() -> None:
    visitor, agent = Visitor(make_chat()), make_user(language="en")
    visitor.write()
    conversation = take_in(visitor.account)[0].conversation
    assert conversation is not None
    page, address = signed_in(agent), reverse("presence", args=[conversation.code])
    page.post(address, {"typing": "note"})
    assert not visitor.standing()["typing"]
    assert "is typing" in looking(signed_in(make_user(language="en")), conversation)
    page.post(address, {"typing": "1"})
    assert visitor.standing()["typing"]


def test_other_channels_ask_nothing_about_customers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def there(ids: list[str]) -> dict[str, object]:
        asked.extend(ids)
        return {}

    monkeypatch.setattr(customers, "there", there)
    conversation = make_conversation()
    shown = looking(signed_in(make_user(language="en")), conversation)
    assert asked == [] and "site" not in shown


async def follow(visitor: Visitor, during: Any, **headers: str) -> tuple[int, bytes]:
    """Open the widget's stream; return its status and what came after `during`, up to the first change."""
    stream, sent, leave = VisitorStream(), asyncio.Queue[Any](), asyncio.Event()

    async def receive() -> Any:
        await leave.wait()
        return {"type": "http.disconnect"}

    told = {"host": "localhost", "origin": visitor.origin, "authorization": f"Bearer {visitor.key}"} | headers
    scope: Any = {
        "type": "http", "method": "GET", "path": f"/chat/{visitor.account.code}/live/", "client": ("127.0.0.1", 5),
        "headers": [(name.encode(), value.encode()) for name, value in told.items()],
    }  # fmt: skip
    running = asyncio.ensure_future(stream(scope, receive, sent.put))
    status, body = (await asyncio.wait_for(sent.get(), LONGEST))["status"], b""
    while status == 200 and b"event: change" not in body:
        body += (await asyncio.wait_for(sent.get(), LONGEST))["body"]
        if b"event: catchup" in body and during is not None:
            act, during = during, None
            await asyncio.to_thread(_in_a_thread, act)
    leave.set()
    await asyncio.wait_for(running, LONGEST)
    await stream.close()
    return status, body


def _in_a_thread(act: Any) -> None:
    act()
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_the_widget_hears_an_answer_and_nobody_elses() -> None:
    account = make_chat()
    visitor, other = Visitor(account), Visitor(account)
    for one in (visitor, other):
        one.write()
    mine, theirs = take_in(account)
    agent = make_user()

    def act() -> None:
        answer(theirs, "Voor de ander.", agent)
        answer(mine, "Voor jou.", agent)

    status, body = run(follow(visitor, act))
    assert status == 200 and b"event: change" in body and b"jou" not in body
    assert customers.there([mine.identity.external_id]) == {}  # type: ignore[union-attr]  # it has one
    chats.take_in(account.pk)


@pytest.mark.django_db(transaction=True)
def test_the_stream_is_closed_to_other_sites_and_keys() -> None:
    visitor = Visitor(make_chat()).begin()
    assert run(follow(visitor, None, origin="https://evil.example"))[0] == 403
    assert run(follow(visitor, None, authorization="Bearer " + "x" * 43))[0] == 401
    assert run(follow(visitor, None, host="evil.example"))[0] == 400


def test_a_list_of_many_chats_asks_as_often_as_of_one() -> None:
    account, page, asked = make_chat(), signed_in(make_user()), []
    for many in (1, 4):
        for _visitor in range(many):
            Visitor(account).write()
        take_in(account)
        page.get("/inbox/")  # what is remembered between two visits is no matter here
        with CaptureQueriesContext(connection) as statements:
            page.get("/inbox/")
        asked.append(len(statements))
    assert asked[0] == asked[1]
