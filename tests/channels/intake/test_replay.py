"""Recorded conversations happen again in the sandbox, and come in through the ordinary pollers."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from channels.intake import polling, thread_context
from channels.models import Account, Stream
from inbox.models import Message
from sandbox.testing import Running
from tests.support.profiles import share_of
from tests.support.sandbox_accounts import said

RECORDINGS = os.environ.get("WEBCARE_RECORDINGS", "")
needs_recordings = pytest.mark.skipif(not RECORDINGS, reason="WEBCARE_RECORDINGS names no folder with recordings")
pytestmark = pytest.mark.django_db


def turn(number: int, author: str, text: str, **more: Any) -> dict[str, Any]:
    role = "agent" if author == "Veldhuis" else "customer"
    at = f"2026-03-01T09:{number:02}:00.000Z"
    return {"id": str(number), "from": author, "role": role, "at": at, "text": text} | more


TALK = {
    "brand": "Veldhuis",
    "started_at": "2026-03-01T09:00:00.000Z",
    "turns": [
        turn(1, "karin", "mijn pakket is er niet"),
        turn(2, "karin", "@Veldhuis kunnen jullie kijken?"),
        turn(3, "Veldhuis", "@karin wat is uw nummer?", at=None),
        turn(4, "karin", "@Veldhuis 123"),
        turn(5, "Veldhuis", "@karin dank, onderweg", at=None),
    ],
}
BRANCH = {
    "brand": "Veldhuis",
    "started_at": None,
    "turns": [TALK["turns"][0], turn(6, "Veldhuis", "@karin hoi", at=None)],
}


def write(folder: Path, recordings: Any) -> str:
    path = folder / "recordings.json"
    path.write_text(json.dumps(recordings), encoding="utf-8")
    return str(path)


def poll_until_quiet() -> None:
    """Poll every stream and load threads until nothing new comes in."""
    for _ in range(10):
        Stream.objects.update(next_poll_at=timezone.now())
        new = sum(polling.poll(pk) for pk in Stream.objects.exclude(name="dms").values_list("pk", flat=True))
        waiting = list(Message.objects.filter(context_state="wanted").values_list("pk", flat=True))
        thread_context.load(waiting)
        if not new and not waiting:
            return
    raise AssertionError("there was always something new")


def everything() -> list[Any]:
    fields = ("pk", "external_id", "conversation_id", "direction", "state", "text", "parent_external_id")
    return list(Message.objects.order_by("pk").values_list(*fields))


def test_a_conversation_comes_in_whole_and_our_answers_are_ours(platforms: Running, tmp_path: Path) -> None:
    call_command("replay", write(tmp_path, [TALK]))
    poll_until_quiet()
    messages = list(Message.objects.order_by("sent_at"))
    assert [message.direction for message in messages] == ["inbound", "inbound", "outbound", "inbound", "outbound"]
    assert len({message.conversation_id for message in messages}) == 1
    assert [message.parent_external_id for message in messages[1:]] == [
        message.external_id for message in messages[:-1]
    ]
    assert [message.sent_at.minute for message in messages] == [1, 2, 3, 4, 5]


def test_a_turn_in_two_conversations_is_one_post(platforms: Running, tmp_path: Path) -> None:
    call_command("replay", write(tmp_path, [TALK, BRANCH]))
    posts = {post["ref"]: post for post in said(platforms, platform="x")}
    assert len(posts) == 6
    assert posts["6"]["in_reply_to"] == posts["1"]["id"]


def test_replayed_again_nothing_changes(platforms: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, [TALK])
    call_command("replay", path)
    poll_until_quiet()
    before = everything()
    call_command("replay", path, "--pace", "1000")
    poll_until_quiet()
    assert everything() == before
    assert "0 posts made, 5 were there already; 0 brands connected" in capsys.readouterr().out
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "said_to_be_wrong"),
    [
        ("{}", "should be a valid array"),
        ("[{", "Invalid JSON"),
        ('[{"brand": "a", "turns": [{"id": "1"}]}]', "0 → turns → 0 → from"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(
    platforms: Running, tmp_path: Path, content: str, said_to_be_wrong: str
) -> None:
    path = tmp_path / "a.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CommandError, match=said_to_be_wrong):
        call_command("replay", str(path))


def test_it_needs_a_file_a_sandbox_and_demo_mode(platforms: Running, tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("replay", str(tmp_path / "nothing.json"))
    path = write(tmp_path, [TALK])
    with pytest.raises(CommandError, match="No sandbox answers"):
        call_command("replay", path, "--sandbox-url", "http://127.0.0.1:9")
    with pytest.raises(CommandError, match="is not a sandbox"):
        call_command("replay", path, "--sandbox-url", "https://api.twitter.com")
    settings.TESTING = settings.DEMO = False
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("replay", path)


@needs_recordings
@pytest.mark.thorough
def test_real_conversations_come_in_once_and_are_readable(platforms: Running, tmp_path: Path) -> None:
    recordings = json.loads((Path(RECORDINGS) / "x-support.json").read_text(encoding="utf-8"))
    assert len({turn["id"] for recording in recordings for turn in recording["turns"]}) == 1205
    chosen = share_of(recordings)
    path = write(tmp_path, chosen)
    call_command("replay", path)
    poll_until_quiet()
    posts = {post["ref"]: post for post in said(platforms, platform="x")}
    assert posts.keys() == {turn["id"] for recording in chosen for turn in recording["turns"]}
    check_everything_is_readable(chosen, posts)
    before = everything()
    call_command("replay", path)
    poll_until_quiet()
    assert everything() == before


def bare(text: str) -> str:
    """Leave out what X adds to the bare name of a site, and blanks around a text."""
    return text.replace("http://", "").strip()


def check_everything_is_readable(recordings: Sequence[Any], posts: Mapping[str, Any]) -> None:
    """Each post is stored once for its brand; each answer is ours, in the conversation of the post it answers."""
    accounts = {account.handle: account.pk for account in Account.objects.all()}
    stored = {(message.account_id, message.external_id): message for message in Message.objects.all()}
    for recording in recordings:
        account = accounts[recording["brand"]]
        for before, turn in zip([None, *recording["turns"]], recording["turns"], strict=False):
            message = stored[account, posts[turn["id"]]["id"]]
            assert bare(message.text) == bare(turn["text"])
            if before is None:
                continue
            asked = stored[account, message.parent_external_id]
            if turn["role"] == "agent":
                assert message.direction == "outbound"
                assert message.conversation_id is not None
                if before["role"] == "customer":
                    assert (asked.direction, asked.conversation_id) == ("inbound", message.conversation_id)
