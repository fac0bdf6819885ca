"""Long words, poison in every field and slow sockets, while people write and are answered: nothing is lost or late."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from typing import Any

import requests

from sandbox.registry import META_APP_SECRET
from tests.flow.system import Agent, System, eventually
from tests.support.json_paths import places, put
from tests.support.poison import MARK, POISON

POURED, ANSWERED, SLOW = 200, 20, 60
PACE = 10  # bodies a second, each with two messages: a very bad day, and not what a machine can take at most
SECONDS = 5  # the longest that anything may be late
LONG_WORDS = (b"a" * 65_000, b"x@" * 50_000, b"1" * 200_000, b"a-" * 60_000, "e\u0301".encode() * 40_000, b"[" * 90_000)


def test_hostile_input_loses_doubles_and_delays_nothing(system: System, agent: Agent) -> None:
    people = [f"klant{number}" for number in range(ANSWERED)]
    for person in people:
        system.say("x", "post", person, f"@veldhuiswonen wanneer komt de kast van {person}?", to="veldhuiswonen")
    waiting = eventually(lambda: _asked_by(system, people), "the questions are there")
    eventually(lambda: not system.rows("SELECT 1 FROM inbox_pendingestimate WHERE NOT given_up"), "all is estimated")
    number = system.rows("SELECT external_id FROM channels_account WHERE platform = 'whatsapp'")[0][0]
    with _slow_sockets(system), ThreadPoolExecutor(4) as pool:
        began = time.monotonic()
        poured = pool.map(lambda numbered: _pour(system, began, *numbered), enumerate(islice(_bodies(number), POURED)))
        codes = {agent.answer(waiting[person], f"De kast van {person} komt morgen."): person for person in people}
        accepted = dict(poured)
    eventually(lambda: not _lacking(system, accepted), "everything that was said is there")
    eventually(lambda: _states(system, codes) == {"sent": ANSWERED}, "every answer left")
    _check_nothing_is_double(system, accepted, codes)
    _check_nothing_is_late(system, accepted, codes)
    unread = "SELECT id, error FROM channels_delivery WHERE status <> 'read'"
    eventually(lambda: system.rows(unread) == [], "every body is read")
    statement = "SELECT count(*) FROM inbox_message m JOIN inbox_pendingestimate p ON p.message_id = m.id"
    eventually(lambda: system.rows(statement) == [(0,)], "every message is estimated")


def _bodies(account: str) -> Iterator[bytes]:
    """Bodies in each of which one message is poisonous, and one is not."""
    bad = _message(0) | {"context": {"id": "wamid.old"}}
    spots = cycle([("messages", 0, *place) for place in places(bad)] + [("contacts", 0, "profile", "name")])
    poison = cycle([*POISON, *(b'"' + word + b'"' for word in LONG_WORDS)])
    for number in range(POURED):
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "31201234567", "phone_number_id": account},
            "contacts": [_contact(1000 + number), _contact(number)],
            "messages": [bad | {"id": f"wamid.bad{number}", "from": f"3169{1000 + number:07}"}, _message(number)],
        }
        spot = ("messages", 0, "text", "body") if number % 3 == 0 else next(spots)
        body = {
            "object": "whatsapp_business_account",
            "entry": [{"id": "1", "changes": [{"field": "messages", "value": put(value, spot, MARK)}]}],
        }
        yield json.dumps(body).encode().replace(json.dumps(MARK).encode(), next(poison))


def _message(number: int) -> dict[str, Any]:
    return {
        "from": f"3169{number:07}",
        "id": f"wamid.good{number}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": f"Waar blijft bestelling {number}? Die zou gisteren al komen."},
    }


def _contact(number: int) -> dict[str, Any]:
    return {"profile": {"name": f"Klant {number}"}, "wa_id": f"3169{number:07}"}


def _pour(system: System, began: float, number: int, body: bytes) -> tuple[str, float]:
    """Push one body as Meta does; return the good message's id and when its body was accepted."""
    signature = hmac.new(META_APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
    time.sleep(max(began + number / PACE - time.monotonic(), 0))
    started = time.time()
    answer = requests.post(f"{system.url}/webhooks/meta/", data=body, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.status_code
    assert time.time() - started < SECONDS
    return f"wamid.good{number}", time.time()


@contextlib.contextmanager
def _slow_sockets(system: System) -> Iterator[None]:
    """Hold requests open that say they will send more, and do not."""
    with contextlib.ExitStack() as opened:
        for number in range(SLOW):
            path = ("/account/login/", "/webhooks/meta/")[number % 2]
            slow = opened.enter_context(socket.create_connection(("127.0.0.1", system.port), timeout=10))
            slow.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\na".encode())
        yield


def _asked_by(system: System, people: list[str]) -> dict[str, str]:
    """The conversations of these people, once all are there."""
    statement = (
        "SELECT i.handle, c.code::text FROM inbox_conversation c JOIN inbox_identity i ON i.id = c.identity_id"
        " WHERE i.handle = ANY(%s)"
    )
    found = dict(system.rows(statement, people))
    return found if len(found) == len(people) else {}


def _lacking(system: System, accepted: dict[str, float]) -> set[str]:
    rows = system.rows("SELECT external_id FROM inbox_message WHERE external_id = ANY(%s)", list(accepted))
    return set(accepted) - {external_id for (external_id,) in rows}


def _states(system: System, codes: dict[str, str]) -> dict[str, int]:
    statement = "SELECT state, count(*) FROM inbox_message WHERE code = ANY(%s::uuid[]) GROUP BY state"
    return dict(system.rows(statement, list(codes)))


def _check_nothing_is_double(system: System, accepted: dict[str, float], codes: dict[str, str]) -> None:
    said = Counter(post["text"].removesuffix(" ^FB") for post in system.said_on("x") if post["by_brand"])
    assert {code: said[f"De kast van {code} komt morgen."] for code in codes.values()} == dict.fromkeys(
        codes.values(), 1
    )
    texts = system.rows("SELECT text FROM inbox_message WHERE external_id = ANY(%s)", list(accepted))
    assert len({text for (text,) in texts}) == len(texts) == len(accepted)


def _check_nothing_is_late(system: System, accepted: dict[str, float], codes: dict[str, str]) -> None:
    statement = (
        "SELECT external_id, extract(epoch FROM received_at)::float FROM inbox_message WHERE external_id = ANY(%s)"
    )
    waits = [at - accepted[external_id] for external_id, at in system.rows(statement, list(accepted))]
    statement = (
        "SELECT extract(epoch FROM sent_at - received_at)::float FROM inbox_message WHERE code = ANY(%s::uuid[])"
    )
    left = [seconds for (seconds,) in system.rows(statement, list(codes))]
    print(f"{len(waits)} messages in within {max(waits):.2f} s, {len(left)} answers out within {max(left):.2f} s")
    assert max(waits) < SECONDS
    assert max(left) < SECONDS
