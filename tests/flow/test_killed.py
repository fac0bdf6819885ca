"""kill -9 of any process in the midst of a replay, while answers leave: afterwards everything is there once."""

from __future__ import annotations

import json
import os
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.flow.system import Agent, System, eventually

RECORDINGS = os.environ.get("WEBCARE_RECORDINGS", "")
CONVERSATIONS = 60
VICTIMS = ("web", "sender", "reader", "worker", "Redis", "PostgreSQL")


def recordings() -> list[dict[str, Any]]:
    """Sixty recorded conversations, or as many made here where no recordings are."""
    path = Path(RECORDINGS) / "x-support.json"
    if RECORDINGS and path.exists():
        found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        # Of few brands: each brings an account, and what is tried here is not how many of those there are.
        often = [brand for brand, _count in Counter(recording["brand"] for recording in found).most_common(3)]
        return [recording for recording in found if recording["brand"] in often][:CONVERSATIONS]
    return [_conversation(number) for number in range(CONVERSATIONS)]


def _conversation(number: int) -> dict[str, Any]:
    texts = (
        "@NoordLicht mijn lamp {} knippert, is dat erg?",
        "@klant{} Wat vervelend. Welke lamp is het?",
        "@NoordLicht de staande lamp, bestelling {}",
    )
    turns = [
        {
            "id": f"{number}-{turn}",
            "from": "NoordLicht" if turn == 1 else f"klant{number}",
            "role": "agent" if turn == 1 else "customer",
            "at": f"2026-03-{1 + number % 28:02}T1{number // 28}:0{turn}:00.000Z",
            "text": text.format(number),
        }
        for turn, text in enumerate(texts)
    ]
    return {"brand": "NoordLicht", "started_at": turns[0]["at"], "turns": turns}


def test_kill_during_a_replay_loses_and_doubles_nothing(system: System, agent: Agent, tmp_path: Path) -> None:
    people = [f"vrager{number}" for number in range(2 * len(VICTIMS))]
    for person in people:
        system.say("x", "post", person, f"@veldhuiswonen wanneer komt de monteur bij {person}?", to="veldhuiswonen")
    waiting = eventually(lambda: _asked_by(system, people), "the questions are there")
    recorded = recordings()
    turns = {turn["id"]: turn for recording in recorded for turn in recording["turns"]}
    file = tmp_path / "recordings.json"
    file.write_text(json.dumps(recorded), encoding="utf-8")
    # Slow enough that each kill finds answers on their way.
    system.control("POST", "/control/faults", fault="slow", endpoint="POST /2/tweets", mode="always", seconds=1.5)
    replay = system.manage("replay", str(file), "--pace", "12")
    codes: dict[str, str] = {}
    for number, victim in enumerate(VICTIMS):
        posted = len(turns) * (number + 1) // (len(VICTIMS) + 2)
        eventually(lambda: len(_posts(system, turns)) >= posted or replay.poll() is not None, f"{posted} posts")  # noqa: B023
        for person in people[number :: len(VICTIMS)]:
            text = f"De monteur komt morgen bij {person}."
            codes[agent.answer(waiting[person], text)] = text
        eventually(lambda: _states(system, codes).get("sending"), "an answer is on its way", 20)
        system.kill(victim)
    output, _ = replay.communicate(timeout=120)
    assert replay.returncode == 0, output
    system.control("DELETE", "/control/faults")
    posts = _posts(system, turns)
    assert len(posts) == len(turns)

    def settled() -> bool:
        system.let_time_pass()
        return _states(system, codes) == {"sent": len(codes)} and not _lacking(system, posts)

    eventually(settled, "everything arrives and leaves")
    _check_each_post_is_there_once(system, recorded, posts)
    said = Counter(post["text"].removesuffix(" ^FB") for post in system.said_on("x") if post["by_brand"])
    assert {text: said[text] for text in codes.values()} == dict.fromkeys(codes.values(), 1)
    stuck = "SELECT text, state FROM inbox_message WHERE state IN ('queued', 'sending', 'retry', 'unknown', 'failed')"
    assert system.rows(stuck) == []


def _asked_by(system: System, people: list[str]) -> dict[str, str]:
    """The conversations of these people, once all are there."""
    found = dict(
        system.rows(
            "SELECT i.handle, c.code::text FROM inbox_conversation c JOIN inbox_identity i ON i.id = c.identity_id"
            " WHERE i.handle = ANY(%s)",
            people,
        )
    )
    return found if len(found) == len(people) else {}


def _states(system: System, codes: dict[str, str]) -> dict[str, int]:
    """How many of our answers are in which state."""
    statement = "SELECT state, count(*) FROM inbox_message WHERE code = ANY(%s::uuid[]) GROUP BY state"
    return dict(system.rows(statement, list(codes)))


def _posts(system: System, turns: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What of the recordings was posted by now, by the recording's id."""
    return {post["ref"]: post for post in system.said_on("x") if post["ref"] in turns}


def _lacking(system: System, posts: dict[str, dict[str, Any]]) -> set[str]:
    """Posts that have not come in."""
    ids = [post["id"] for post in posts.values()]
    stored = system.rows("SELECT external_id FROM inbox_message WHERE external_id = ANY(%s)", ids)
    return set(ids) - {external_id for (external_id,) in stored}


def _check_each_post_is_there_once(
    system: System, recorded: list[dict[str, Any]], posts: dict[str, dict[str, Any]]
) -> None:
    """Once for its brand, with its answers, in one conversation."""
    rows = system.rows(
        "SELECT a.handle, m.external_id, m.direction, m.conversation_id FROM inbox_message m"
        " JOIN channels_account a ON a.id = m.account_id WHERE m.external_id IS NOT NULL"
    )
    stored = {(brand, external_id): (direction, place) for brand, external_id, direction, place in rows}
    assert len(stored) == len(rows)
    for recording in recorded:
        for before, turn in pairwise([None, *recording["turns"]]):
            direction, place = stored[recording["brand"], posts[turn["id"]]["id"]]
            assert (direction == "outbound") == (turn["role"] == "agent"), turn["text"]
            if before and turn["role"] == "agent" and before["role"] == "customer":
                assert place is not None
                assert stored[recording["brand"], posts[turn["id"]]["in_reply_to"]] == ("inbound", place), turn["text"]
