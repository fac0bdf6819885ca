"""The live stream, driven as an ASGI server would."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from inbox.live import presence, sse
from inbox.live.announce import CHANNEL, announce, publish_told, redis_now
from inbox.live.sse import Stream
from inbox.models import Conversation, Message, Organisation, Team, User
from tests.factories import author, limit, make_account, make_inbound, make_user
from tests.support.event_loops import run
from tests.support.listening import listen

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cookie(client: Client) -> Iterator[bytes]:
    client.force_login(make_user())
    yield f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}".encode()


def test_a_change_is_told_without_a_word_or_a_code(cookie: bytes) -> None:
    conversation = make_inbound(make_account(), "Waar blijft mijn pakket?").conversation
    assert conversation is not None

    status, body = run(listen(cookie, lambda: announce([conversation.pk]), wanted=2))

    assert status == 200
    assert b"event: change\ndata: {}\n\n" in body
    assert b"pakket" not in body and str(conversation.code).encode() not in body


def test_who_is_where_is_told_to_those_who_may_see_it(client: Client) -> None:
    agent, colleague = make_user("agent"), make_user("agent")
    mine, elsewhere = make_account(), make_account("facebook")
    limit(agent, mine)
    client.force_login(agent)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}".encode()
    places = {"Koos": mine, "Wil": mine, "An": elsewhere}
    open_one, closed, other = (found_in(make_inbound(at, author=author(name))) for name, at in places.items())
    Conversation.objects.filter(pk=closed.pk).update(team=Team.objects.create(name="Directie", is_closed=True))
    closed.refresh_from_db()

    def work() -> None:
        for conversation in (closed, other, open_one):
            presence.arrive(conversation, colleague)
        publish_told([colleague.code])
        publish_told([agent.code])

    _status, body = run(listen(cookie, work, wanted=3))
    told = [json.loads(line[6:])["ids"] for line in body.splitlines() if line.startswith(b'data: {"ids"')]
    assert told == [[str(open_one.code)], [str(agent.code)]]


@pytest.mark.parametrize("told", [b'{"event": "presence", "ids": ["a"]}', b'{"event": "told"}', b"[]", b"\xff"])
def test_what_another_release_published_ends_no_stream(cookie: bytes, told: bytes) -> None:
    conversation = found_in(make_inbound(make_account()))

    def work() -> None:
        redis_now().publish(CHANNEL, told)
        announce([conversation.pk])

    _status, body = run(listen(cookie, work, wanted=2))
    assert b"event: change\ndata: {}\n\n" in body
    assert b"ids" not in body


def found_in(message: Message) -> Conversation:
    """Return a message's conversation."""
    assert message.conversation is not None
    return message.conversation


def test_it_first_asks_the_page_to_catch_up(cookie: bytes) -> None:
    _status, body = run(listen(cookie, None, wanted=1))
    assert body.startswith(b"retry: ")
    assert b"event: catchup" in body


def test_a_quiet_stream_says_that_it_goes_on(cookie: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "HEARTBEAT", 0.05)
    conversation = make_inbound(make_account()).conversation
    assert conversation is not None

    def wait() -> None:
        time.sleep(0.5)
        announce([conversation.pk])

    _status, body = run(listen(cookie, wait, wanted=2))
    assert b": still here\n\n" in body


@pytest.mark.parametrize("cookie", [b"", b"sessionid=made-up", b"other=1"])
def test_nobody_listens_without_signing_in(cookie: bytes) -> None:
    status, body = run(listen(cookie, None, wanted=1))
    assert (status, body) == (204, b"")


def test_who_signed_out_hears_no_more_however_busy_it_is(cookie: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "RECHECK", 0)
    conversation = make_inbound(make_account()).conversation
    assert conversation is not None

    def sign_out() -> None:
        Session.objects.all().delete()
        announce([conversation.pk])

    _status, body = run(listen(cookie, sign_out, wanted=3))

    assert b"event: signedout" in body


def test_stream_keeps_to_the_networks_and_the_second_factor(cookie: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "RECHECK", 0)
    organisation = Organisation.current()
    organisation.networks = ["192.0.2.0/24"]
    organisation.save()
    conversation = make_inbound(make_account()).conversation
    assert conversation is not None
    assert run(listen(cookie, None, wanted=1))[0] == 204
    assert run(listen(cookie, None, wanted=1, address="192.0.2.9"))[0] == 200

    # A rule made meanwhile ends a stream that is open.
    def owe() -> None:
        User.objects.update(second_factor_due=True)
        announce([conversation.pk])

    assert b"event: signedout" in run(listen(cookie, owe, wanted=3, address="192.0.2.9"))[1]
    assert run(listen(cookie, None, wanted=1, address="192.0.2.9"))[0] == 204


def test_every_answer_of_the_stream_protects_a_browser() -> None:
    """What a browser may do with it is said by the stream itself: no layer stands around it."""
    sent = list[Any]()

    async def send(message: Any) -> None:
        sent.append(message)

    async def answer() -> None:
        await sse.refuse(send, HTTPStatus.NO_CONTENT)
        await sse._send_start(send)

    run(answer())
    heads = [dict(message["headers"]) for message in sent if message["type"] == "http.response.start"]
    assert len(heads) == 2
    for head in heads:
        assert head[b"x-content-type-options"] == b"nosniff", head
        assert head[b"content-security-policy"].startswith(b"default-src 'none'"), head


def test_a_reader_who_lags_behind_is_told_to_catch_up() -> None:
    async def fill() -> list[bytes]:
        stream, slow = Stream(), asyncio.Queue[bytes](2)
        stream._readers.add(slow)
        for number in range(4):
            stream._tell(str(number).encode())
        return [slow.get_nowait() for _ in range(slow.qsize())]

    assert run(fill())[0] == b"event: catchup\ndata: {}\n\n"
    assert Conversation.objects.count() == 0
