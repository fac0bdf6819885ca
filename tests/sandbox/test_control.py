from __future__ import annotations

import base64
from pathlib import Path

import pytest
import requests

from sandbox import testing
from sandbox.model import Event, WorldError
from sandbox.world import World
from tests.sandbox.clients import Control, Json


def test_an_account_asked_for_twice_is_one_account(control: Control) -> None:
    first = control.account("x")
    assert control.account("x") == first
    assert control.call("GET", "accounts")["accounts"] == [first]
    assert first["credentials"]["access_token"].startswith(first["id"] + "-")


def test_accounts_have_their_platforms_credentials(control: Control) -> None:
    keys = {
        platform: set(control.account(platform)["credentials"])
        for platform in ("x", "facebook", "instagram", "whatsapp")
    }
    token = {"access_token", "app_id", "app_secret"}
    assert keys["x"] == {"consumer_key", "consumer_secret", "access_token", "access_token_secret", "bearer_token"}
    assert keys["facebook"] == token | {"page_id"}
    assert keys["instagram"] == token | {"ig_user_id", "page_id"}
    assert keys["whatsapp"] == token | {"phone_number_id", "waba_id"}


def test_an_instagram_account_without_a_page_gets_one(control: Control) -> None:
    account = control.account("instagram", "Alleen")
    assert account["page_id"] == account["credentials"]["page_id"]
    assert [row["platform"] for row in control.call("GET", "accounts")["accounts"]] == ["instagram"]


def test_a_reference_is_used_once(control: Control, brand: Json) -> None:
    body = {"platform": "x", "kind": "post", "from": {"username": "jan"}, "text": "@veldhuis hoi", "ref": "r1"}
    first, second = control.call("POST", "messages", body), control.call("POST", "messages", body)
    assert (first["duplicate"], second["duplicate"]) == (False, True)
    assert first["id"] == second["id"]
    assert len(control.messages(ref="r1")) == 1


def test_everything_said_is_listed_with_its_author(control: Control, brand: Json, page: Json) -> None:
    question = control.say("x", "post", "@veldhuis open?", at="2026-01-02T10:00:00Z", media=[{"type": "image"}])
    answer = control.say("x", "post", "@jan ja", "veldhuis", in_reply_to=question, at="2026-01-02T10:05:00Z")
    control.say("facebook", "visitor_post", "Hoi", at="2026-01-01T10:00:00Z")
    rows = control.messages()
    assert [row["platform"] for row in rows] == ["facebook", "x", "x"]
    first, second = control.messages(platform="x", account="veldhuis")
    assert (first["from"]["username"], first["at"], first["by_brand"]) == ("jan", "2026-01-02T10:00:00.000Z", False)
    assert (second["id"], second["in_reply_to"], second["by_brand"], second["via_api"]) == (
        answer,
        question,
        True,
        False,
    )
    assert len(control.messages(since="2026-01-02T10:01:00Z")) == 1


def test_what_cannot_be_said_is_refused_with_a_reason(control: Control, brand: Json) -> None:
    def refused(**body: object) -> str:
        message = {"platform": "x", "kind": "post", "from": {"username": "jan"}, "text": "hoi"} | body
        return str(control.call("POST", "messages", message, status=400)["error"])

    assert "has no comment" in refused(kind="comment")
    assert "nothing on x" in refused(in_reply_to="1")
    assert "needs an id" in refused(**{"from": {}})
    assert "no account" in refused(platform="facebook", kind="message")
    assert (
        "X lets nobody edit"
        in control.call("PATCH", f"messages/{control.say('x', 'dm', 'hoi')}", {"text": "x"}, status=400)["error"]
    )


def test_a_file_is_given_by_its_bytes(control: Control, number: Json) -> None:
    content = base64.b64encode(b"%PDF-1.4").decode()
    media = [{"type": "document", "base64": content, "mime": "application/pdf", "filename": "bon.pdf"}]
    [item] = control.message(control.say("whatsapp", "document", "", {"id": "31600000001"}, media=media))["media"]
    assert (item["filename"], item["mime"], item["size"]) == ("bon.pdf", "application/pdf", 8)


def test_one_person_can_be_on_two_platforms(control: Control, brand: Json, page: Json) -> None:
    for platform in ("x", "facebook"):
        control.call("POST", "people", {"platform": platform, "username": "jan", "name": "Jan", "person": "jan"})
    [person] = control.call("GET", "people")["people"]
    assert [user["platform"] for user in person["users"]] == ["x", "facebook"]


def test_a_reset_empties_the_world_and_can_keep_accounts(control: Control, brand: Json) -> None:
    control.say("x", "post", "@veldhuis hoi")
    control.fault("slow", mode="always")
    control.call("POST", "reset", {"keep_accounts": True})
    assert control.messages() == []
    assert control.call("GET", "faults")["faults"] == []
    assert control.call("GET", "accounts")["accounts"] == [brand]
    control.call("POST", "reset", {})
    assert control.call("GET", "accounts")["accounts"] == []
    assert control.account("x") == brand, "the same name has the same credentials"


def test_the_clock_is_set_moved_and_given_back(control: Control, brand: Json) -> None:
    assert control.call("POST", "clock", {"now": "2027-01-01T00:00:00Z"})["now"].startswith("2027-01-01T00:00:00")
    assert control.call("POST", "clock", {"advance_seconds": 3600})["now"].startswith("2027-01-01T01:00:00")
    id = control.say("x", "post", "gelukkig nieuwjaar")
    assert control.message(id)["at"].startswith("2027-01-01T01:00:00")
    assert not control.call("POST", "clock", {"now": None})["now"].startswith("2027-01-01T01")


def test_the_world_is_the_same_after_a_kill(tmp_path: Path) -> None:
    running = testing.start(tmp_path)
    try:
        control = Control(running.url)
        control.account("x")
        first = control.say("x", "post", "@veldhuis helpp", media=[{"type": "image"}], ref="r1")
        second = control.edit(first, "@veldhuis help")
        control.say("x", "dm", "psst")
        control.remove(control.say("x", "post", "weg"))
        control.call("POST", "clock", {"advance_seconds": 86400})
        before = (control.messages(), control.call("GET", "people"), control.call("GET", "accounts"))
        running.kill()
        with (tmp_path / "world.jsonl").open("ab") as file:
            file.write(b'["message","torn')
        running = testing.start(tmp_path)
        control = Control(running.url)
        assert (control.messages(), control.call("GET", "people"), control.call("GET", "accounts")) == before
        again = {"platform": "x", "kind": "post", "from": {"username": "jan"}, "text": "x", "ref": "r1"}
        assert control.call("POST", "messages", again)["duplicate"]
        assert int(control.say("x", "post", "nieuw")) > int(second)
        assert control.call("GET", "clock")["now"] > before[0][-1]["at"]
    finally:
        running.stop()


def test_listeners_hear_what_happens_until_they_leave() -> None:
    world = World()
    heard: list[Event] = []
    leave = world.listen(heard.append)
    account = world.add_account("facebook", "Veldhuis")
    post = world.say("facebook", "post", account.id, "Nieuw")
    comment = world.say("facebook", "comment", world.add_user("facebook", name="Jan").id, "Mooi", in_reply_to=post.id)
    world.like(comment.id, account.id)
    world.hide(comment.id)
    world.edit(comment.id, "Lelijk")
    world.remove(comment.id)
    leave()
    world.say("facebook", "post", account.id, "Stil")
    assert [event.name for event in heard] == ["added", "added", "liked", "hidden", "edited", "removed"]


def test_edits_and_withdrawals_end_when_the_platform_says() -> None:
    world = World()
    world.add_account("x", "Veldhuis")
    world.add_account("whatsapp", "Veldhuis")
    jan, els = world.add_user("x", name="Jan"), world.add_user("whatsapp", id="31612345678")
    post, text = world.say("x", "post", jan.id, "@veldhuis"), world.say("whatsapp", "text", els.id, "hoi")
    world.set_clock(None, 16 * 60)
    with pytest.raises(WorldError, match="15 minutes"):
        world.edit(text.id, "dag")
    world.edit(post.id, "@veldhuis!")
    world.set_clock(None, 3600)
    with pytest.raises(WorldError, match="one hour"):
        world.edit(post.id, "@veldhuis?")
    world.set_clock(None, 3 * 86400)
    with pytest.raises(WorldError, match="2 days"):
        world.remove(text.id)


def test_health_is_told(control: Control) -> None:
    assert requests.get(f"{control.url}/control/health", timeout=5).json() == {"ok": True}
