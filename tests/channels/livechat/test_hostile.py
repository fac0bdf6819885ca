"""One hostile visitor, at any door of a chat or by mail, costs no other visitor and no agent anything."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.email.chats import without_chats
from channels.email.ids import own_id
from channels.email.normalise import Place, events_of
from channels.livechat.normalise import events_of as events_of_row
from channels.models import Account, ChatMessage, ChatVisitor, Stream
from channels.types import IncomingMessage, NotUnderstood
from inbox.live import customers
from tests.channels.livechat.test_by_mail import NOOR
from tests.factories import make_user
from tests.support.chat import SHOP, Visitor, answer, make_chat, take_in
from tests.support.files import picture
from tests.support.json_paths import places, put
from tests.support.mail import OWN
from tests.support.odd import JSON
from tests.support.poison import MARK, POISON
from tests.support.profiles import examples
from tests.support.workers import poll

pytestmark = pytest.mark.django_db
PNG = picture()
# What a widget says at each door.
SAID: dict[str, dict[str, Any]] = {
    "begin/": {"language": "nl", "identity": ""},
    "send/": {
        "id": "0b1e2c5c-6f2b-4c65-9a1c-0d7d3c0f0c11",
        "text": "vraag 2",
        "choice": "",
        "name": "Noor",
        "email": NOOR,
        "title": "Fjord",
        "page": f"{SHOP}/fjord/",
        "referrer": "https://search.example/",
    },
    "note/": {"typing": True, "read": "", "page": f"{SHOP}/fjord/", "title": "Fjord"},
}
PLACES = [(door, place) for door, body in SAID.items() for place in [(), *places(body)]]
each = settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))


@contextmanager
def taken_back() -> Iterator[None]:
    """What is done within was never done."""
    cache.clear()
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def told(account: Account) -> dict[str, Any]:
    """Let the chat's stream be read; return what the inbox has of each visitor but the hostile one."""
    poll(account, "messages")
    assert Stream.objects.get(account=account, name="messages").failures == 0
    rows = take_in(account)
    return {row.text: row.shown for row in rows if row.text in ("vraag 0", "vraag 1", "vraag 3")}


@pytest.fixture
def hostile() -> Visitor:
    """Somebody in a chat, in which two others wrote before."""
    account = make_chat()
    for number in range(2):
        Visitor(account).write(f"vraag {number}", page=f"{SHOP}/{number}/")
    return Visitor(account).begin()


@pytest.fixture
def page() -> Client:
    """An agent's browser."""
    client = Client()
    client.force_login(make_user())
    return client


def check_nobody_lost_anything(hostile: Visitor, page: Client, expected: dict[str, Any]) -> None:
    """Let another one write after the hostile one: all is there, and the agents' pages open."""
    Visitor(hostile.account).write("vraag 3", page=f"{SHOP}/3/")
    assert told(hostile.account) == expected
    listed = page.get("/inbox/")
    assert listed.status_code == 200 and "vraag 3" in listed.content.decode()
    for row in take_in(hostile.account):
        assert row.conversation is not None
        assert page.get(f"/inbox/{row.conversation.code}/").status_code == 200
    assert hostile.ask("messages/").status_code in (200, 401)


@pytest.fixture
def expected(hostile: Visitor) -> dict[str, Any]:
    """What the inbox has of the others where nobody is hostile."""
    with taken_back():
        Visitor(hostile.account).write("vraag 3", page=f"{SHOP}/3/")
        found = told(hostile.account)
    assert len(found) == 3
    return found


def test_hostile_words_at_any_door_cost_no_neighbour(hostile: Visitor, page: Client, expected: dict[str, Any]) -> None:
    @each
    @given(at=st.sampled_from(PLACES), poison=st.sampled_from(POISON))
    def holds(at: tuple[str, tuple[Any, ...]], poison: bytes) -> None:
        (door, place), mark = at, json.dumps(MARK).encode()
        body = json.dumps(put(SAID[door], place, MARK) if place else MARK).encode().replace(mark, poison)
        with taken_back():
            assert hostile.ask(door, body).status_code in (200, 400, 403)
            hostile.write("Dan zo")  # whoever types on the same page goes on
            customers.there([hostile_id(hostile)])
            check_nobody_lost_anything(hostile, page, expected)

    holds()


def hostile_id(hostile: Visitor) -> str:
    """Return who the hostile visitor is, to the inbox."""
    return str(ChatMessage.objects.select_related("visitor").latest("pk").visitor.external_id)


NAMES = [b"a\x00b", b"\xed\xa0\x80", b"../../x", b"x" * 3000, b'a"\nX: y', "a\u202egnp.".encode(), b""]
CONTENTS = [PNG, b"", b"<svg onload=alert(1)>", PNG[:40]]


def test_a_hostile_file_costs_no_neighbour(hostile: Visitor, page: Client, expected: dict[str, Any]) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="'

    @settings(each, max_examples=examples(100))
    @given(name=st.sampled_from(NAMES), content=st.sampled_from(CONTENTS))
    def holds(name: bytes, content: bytes) -> None:
        known_by = part + b'id"\r\n\r\n' + str(uuid.uuid4()).encode() + b"\r\n"
        file = part + b'file"; filename="' + name + b'.png"\r\nContent-Type: image/png\r\n\r\n' + content
        with taken_back():
            body = known_by + file + b"\r\n--x--\r\n"
            assert hostile.ask("attach/", body, kind="multipart/form-data; boundary=x").status_code in (200, 400)
            check_nobody_lost_anything(hostile, page, expected)

    holds()


_HEADERS = st.sampled_from(["Subject", "Date", "Message-ID", "References", "Content-Type", "Content-Disposition"])
_VALUES = st.text(st.characters(exclude_characters="\r\n"), max_size=40) | st.sampled_from(
    [
        *("=?utf-16?B?2AA=?=", "=?utf-8?B?7aCA?=", "Fri, 31 Dec 9999 23:59:59 -1200", "Mon, 1 Jan 0001 00:00:00 +1400"),
        *(
            "image/png; name*=utf-8''%00%ED%A0%80.png",
            "attachment; filename=\x00",
            "text/html; charset=utf-7",
            "x/\x00",
        ),
    ]
)


def test_a_hostile_mail_to_a_chat_costs_no_neighbour(hostile: Visitor, page: Client, expected: dict[str, Any]) -> None:
    hostile.write("vraag 2", email=NOOR)
    (asked,) = (row for row in take_in(hostile.account) if row.text == "vraag 2")
    answer(asked, "Ja.", make_user())
    ChatMessage.objects.filter(is_ours=True).update(mailed_at=timezone.now())
    ours = own_id(str(ChatMessage.objects.get(is_ours=True).client_id), OWN)

    @each
    @given(st.lists(st.tuples(_HEADERS, _VALUES), max_size=5), st.binary(max_size=60) | st.just(b"\x00\xed\xa0\x80"))
    def holds(headers: list[tuple[str, str]], text: bytes) -> None:
        head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode("utf-8", "surrogatepass")
        raw = f"From: {NOOR}\r\nTo: {OWN}\r\nIn-Reply-To: <{ours}>\r\n".encode() + head + b"\r\n" + text
        with taken_back():
            read = events_of(raw, Place("inbox", 7, 42, timezone.now()), OWN)
            without_chats(read, lambda _file: (io.BytesIO(PNG), "image/png"))
            check_nobody_lost_anything(hostile, page, expected)

    holds()


@given(odd=JSON, name=st.sampled_from(["", "page", "title", "referrer", "name", "email", "user", "mail", "returned"]))
def test_an_odd_row_is_read_or_set_aside(odd: Any, name: str) -> None:
    for is_ours in (False, True):
        told_of = {name: odd} if name else odd
        row = ChatMessage(visitor=ChatVisitor(external_id="v-0f1e"), is_ours=is_ours, text="vraag", told=told_of)
        found = list(events_of_row(row, "nl"))
        assert is_ours or len(found) == 1
        assert all(isinstance(event, IncomingMessage | NotUnderstood) != is_ours for event in found)
