"""Who may do what at a chat's doors, and what is refused there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from channels import secrets
from channels.livechat import identity
from channels.livechat.connector import origin_of
from channels.livechat.public import talk, views
from channels.livechat.public.script import script
from channels.livechat.public.sites import Refusal
from channels.models import Account, ChatKey, ChatMessage, ChatSite, ChatVisitor
from inbox.models import Presence, Response
from inbox.routing import presence
from tests.factories import make_user
from tests.support.chat import SHOP, Visitor, answer, make_chat, take_in
from tests.support.opening_hours import shut

pytestmark = pytest.mark.django_db
at_one_moment = time_machine.travel(timezone.now(), tick=False)  # what is counted begins anew with each stretch of time


def signed(account: Account, **said: Any) -> str:
    secret = secrets.unseal(ChatSite.objects.get(account=account).sealed_secret)["secret"]
    said = {"id": "u-7", "exp": int(timezone.now().timestamp()) + 600} | said
    body = base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
    return f"{body}.{hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()}"


def test_only_pages_of_an_entered_origin_are_answered() -> None:
    account = make_chat(origin="https://Shop.example/winkel")
    told = Visitor(account).ask()
    assert told.status_code == 200 and told["Access-Control-Allow-Origin"] == SHOP
    for origin in ("https://evil.example", "http://shop.example", "https://shop.example.evil.example", "null", ""):
        refused = Visitor(account, origin).ask()
        assert refused.status_code == 403 and "Access-Control-Allow-Origin" not in refused
    assert not told.cookies


def test_a_paused_or_removed_chat_is_not_there() -> None:
    account = make_chat()
    Account.objects.filter(pk=account.pk).update(paused_at=timezone.now())
    assert Visitor(account).ask().status_code == 404
    Account.objects.filter(pk=account.pk).update(paused_at=None, removed_at=timezone.now())
    assert Visitor(account).ask().status_code == 404


def test_a_visitor_reads_their_own_talk_alone() -> None:
    account = make_chat()
    one, other = Visitor(account), Visitor(account)
    one.write("Mijn bestelling is 1234")
    other.write("Iets anders")
    assert [said["text"] for said in other.messages()] == ["Iets anders"]
    elsewhere = Visitor(make_chat("Lijn Noord", "https://noord.example"), "https://noord.example", one.key)
    for path in ("messages/", "live/"):
        assert Visitor(account, key="x" * 43).ask("messages/").status_code == 401
        assert elsewhere.ask(path).status_code in (401, 404)
    assert Visitor(account).ask("messages/").status_code == 401


def test_of_a_key_a_hash_is_kept() -> None:
    visitor = Visitor(make_chat()).begin()
    kept = ChatKey.objects.get()
    assert len(visitor.key) == 43 and visitor.key not in kept.digest
    assert kept.digest == hashlib.sha256(visitor.key.encode()).hexdigest()


def test_a_signed_visitor_is_the_same_on_every_device() -> None:
    account = make_chat()
    token = signed(account, name="Thomas Aalders", email="thomas@example.nl")
    first, second = (Visitor(account).begin(identity=token) for _device in range(2))
    first.write("Waar blijft mijn bank?")
    (message,) = take_in(account)
    assert message.identity is not None and message.identity.name == "Thomas Aalders"
    assert [part["kind"] for part in message.shown] == ["signed"]
    assert [part["answers"] for part in message.shown] == [
        [["Naam", "Thomas Aalders"], ["E-mail", "thomas@example.nl"], ["Klantnummer", "u-7"]]
    ]
    assert [said["text"] for said in second.messages()] == ["Waar blijft mijn bank?"]


@pytest.mark.parametrize(
    "said",
    [{"exp": 1}, {"exp": 99_999_999_999}, {"exp": True}, {"exp": None}, {"exp": "soon"},
     {"id": ""}, {"id": 7}, {"id": "\0"}, {"id": "7" * 121}],
)  # fmt: skip
def test_a_word_that_does_not_hold_names_nobody(said: dict[str, Any]) -> None:
    account = make_chat()
    assert Visitor(account).ask("begin/", {"identity": signed(account, **said)}).status_code == 403
    assert not ChatVisitor.objects.exists()


def test_a_signed_name_is_not_typed_over() -> None:
    account = make_chat()
    visitor = Visitor(account).begin(identity=signed(account, name="Thomas Aalders"))
    visitor.write("Waar blijft mijn bank?", name="Iemand Anders", email="ander@example.nl")
    (message,) = take_in(account)
    assert message.identity is not None and message.identity.name == "Thomas Aalders"
    assert "Anders" not in str(message.shown) and "ander@" not in str(message.shown)


@pytest.mark.parametrize("years", [1, -1900])
def test_a_clock_that_was_put_back_hides_no_message(years: int) -> None:
    visitor = Visitor(make_chat())
    visitor.write()
    now = timezone.now()
    assert len(visitor.messages(after=now.replace(year=now.year + years).isoformat())) == 1


def test_who_reads_daily_is_not_forgotten() -> None:
    visitor = Visitor(make_chat())
    visitor.write()
    long_ago = timezone.now() - timedelta(days=20)
    ChatVisitor.objects.update(seen_at=long_ago)
    visitor.messages()
    assert ChatVisitor.objects.get().seen_at > long_ago


def test_a_word_of_another_chat_names_nobody() -> None:
    account, other = make_chat(), make_chat("Lijn Noord")
    assert Visitor(account).ask("begin/", {"identity": signed(other)}).status_code == 403
    assert Visitor(account).ask("begin/", {"identity": signed(account)[:-1]}).status_code == 403


@given(st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9_=-]{0,40}\.[0-9a-f]{0,64}"))
def test_whatever_is_shown_as_a_word_is_read_or_refused(token: str) -> None:
    assert identity.read(token, "secret", timezone.now()) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(["id", "text", "choice", "name", "email", "title", "page", "referrer"])


@given(st.dictionaries(FIELDS, JSON))
def test_whatever_a_visitor_sends_is_a_message_or_refused(said: dict[str, Any]) -> None:
    for known_by in (said.get("id"), str(uuid.uuid4())):
        try:
            written = talk.read(said | {"id": known_by}, SHOP)
        except Refusal:
            continue
        assert len(written.text) <= 4000 and "\x00" not in written.text + written.choice
        assert all(isinstance(value, str) and value and "\x00" not in value for value in written.told.values())
        assert written.told.get("page", SHOP).startswith(SHOP)


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z0-9.:@/?#-]{0,40}"))
def test_an_address_keeps_neither_query_nor_name(said: str) -> None:
    kept = talk.address(said)
    assert not set("?#@") & set(kept.removeprefix("https://").removeprefix("http://").split("/")[0])
    assert "?" not in kept and "#" not in kept
    assert origin_of(said) in ("", origin_of(origin_of(said)))


@pytest.mark.parametrize(
    "body", ["[]", '"text"', "{", "", '{"id": "7", "text": "x"}', '{"text": "x"}', "{}", "[" * 2000, '{"id": null}']
)
def test_what_is_no_message_is_refused(body: str) -> None:
    visitor = Visitor(make_chat()).begin()
    assert visitor.ask("send/", body).status_code == 400
    assert not ChatMessage.objects.exists()


def test_a_message_is_cleaned_and_no_longer_than_fits() -> None:
    visitor = Visitor(make_chat()).begin()
    assert visitor.write("\x00  Hallo\x00 \n").json()["text"] == "Hallo"
    assert visitor.write("x" * 4001).status_code == 400
    assert visitor.write("   ").status_code == 400


@at_one_moment
def test_a_visitor_cannot_write_without_end() -> None:
    visitor = Visitor(make_chat()).begin()
    statuses = [visitor.write(f"{n}").status_code for n in range(42)]
    assert statuses == [200] * 40 + [429] * 2


@at_one_moment
def test_files_of_one_network_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "_FILES_OF_NETWORK", (2, 600))
    account, statuses = make_chat(), []
    for _n in range(3):
        visitor = Visitor(account).begin()
        form = {"id": str(uuid.uuid4()), "file": SimpleUploadedFile("a.txt", b"Hallo", "text/plain")}
        told = {"Origin": SHOP, "Authorization": f"Bearer {visitor.key}"}
        statuses.append(visitor.client.post(f"/chat/{account.code}/attach/", form, headers=told).status_code)
    assert statuses == [200, 200, 429]


@at_one_moment
def test_new_visitors_of_one_network_are_limited() -> None:
    account = make_chat()
    statuses = {Visitor(account).ask("begin/", {"language": "nl"}).status_code for _n in range(61)}
    assert statuses == {200, 429} and ChatVisitor.objects.count() == 60


def test_the_script_is_small_and_safe_under_a_strict_policy() -> None:
    answer = Client().get("/chat/widget.js", headers={"Accept-Encoding": "gzip"})
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert len(answer.content) < 15_000 and not answer.cookies
    text = script().body.decode()
    for forbidden in (
        "eval(",
        "new Function",
        "innerHTML",
        "outerHTML",
        ".style.",
        "document.cookie",
        "insertAdjacentHTML",
    ):
        assert forbidden not in text
    assert Client().get("/chat/widget.js", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_away_and_closed_are_said_as_they_are() -> None:
    account = make_chat()
    told = Visitor(account).ask().json()
    assert (told["state"], told["wait"], told["name"]) == ("away", None, "Veldhuis Wonen")
    presence.choose(make_user(), Presence.State.PRESENT)
    cache.clear()
    assert Visitor(account).ask().json()["state"] == "here"
    shut()
    cache.clear()
    told = Visitor(account).ask().json()
    assert told["state"] == "closed" and told["opens"]


def test_the_usual_wait_is_told_from_five_answers_on() -> None:
    account, agent = make_chat(), make_user()
    presence.choose(agent, Presence.State.PRESENT)
    for n in range(5):
        assert Visitor(account).ask().json()["wait"] is None
        Visitor(account).write(f"Vraag {n}")
        answer(take_in(account)[-1], "Antwoord.", agent)
        cache.clear()
    Response.objects.update(seconds=90)
    assert Visitor(account).ask().json()["wait"] == 2
