"""One hostile comment, toot or post in what a platform answers costs none of its neighbours."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
import requests
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from channels.models import Account, Stream
from inbox.models import Message
from tests.support.json_paths import places, put
from tests.support.poison import MARK, POISON
from tests.support.profiles import examples
from tests.support.sandbox_accounts import connect, say
from tests.support.workers import poll

if TYPE_CHECKING:
    from sandbox.testing import Running

pytestmark = pytest.mark.django_db
# On a platform, in public or in private: what is read.
STREAMS = {
    ("youtube", "comment"): "comments",
    ("bluesky", "post"): "notifications",
    ("bluesky", "dm"): "messages",
    ("mastodon", "post"): "notifications",
    ("mastodon", "dm"): "notifications",
}
ITEMS, BAD = 4, 2
Place = tuple[str, tuple[Any, ...]]  # in the answer of an address


@dataclass
class Line:
    """What comes over the line, and what is put into it."""

    answers: dict[str, Any] = field(default_factory=dict)
    place: Place | None = None
    poison: bytes = b""

    def pass_on(self, response: requests.Response) -> requests.Response:
        """Note an answer that tells of the bad item, and change it where that is wanted."""
        address = urlsplit(response.url).path
        if f"vraag {BAD}".encode() not in response.content:
            return response
        body = json.loads(response.content)
        self.answers.setdefault(address, body)
        if self.place and self.place[0] == address:
            mark = json.dumps(MARK).encode()
            response._content = json.dumps(put(body, self.place[1], MARK)).encode().replace(mark, self.poison)
        return response


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    made, request = Line(), requests.Session.request
    monkeypatch.setattr(requests.Session, "request", lambda *args, **more: made.pass_on(request(*args, **more)))
    return made


def asked(sandbox: Running, platform: str, kind: str, *, begun: bool = True) -> Account:
    """Let four people ask something. Of private messages on Bluesky a log is read, where reading was begun before."""
    name = "veldhuis.bsky.example" if platform == "bluesky" else "veldhuis"
    account = connect(sandbox, platform, username=name)
    if platform == "youtube":
        say(sandbox, platform, "upload", name, "Onze winkel")
    if begun and STREAMS[platform, kind] == "messages":
        poll(account, "messages")
    for number in range(ITEMS):
        at, to = (f"@{name} ", {}) if kind == "post" else ("", {"to": name} if kind == "dm" else {})
        say(sandbox, platform, kind, f"klant{number}", f"{at}vraag {number}", **to)
    return account


def told(account: Account, stream: str) -> dict[int, Any]:
    """Return what became of each item, and take it back."""
    found = {}
    with transaction.atomic():
        poll(account, stream)
        assert Stream.objects.get(account=account, name=stream).failures == 0
        for row in Message.objects.filter(account=account, direction="inbound").select_related("identity"):
            for number in range(ITEMS):
                if row.text.endswith(f"vraag {number}") and row.identity is not None:
                    found[number] = (row.external_id, row.text, row.identity.external_id, row.identity.handle)
        transaction.set_rollback(True)
    return found


def spots(line: Line) -> Iterator[Place]:
    """Yield every place inside the bad item, in each answer that tells of it."""
    for address, body in line.answers.items():
        yield from ((address, (*item, *place)) for item in _items(body, ()) for place in places(_at(body, item)))


def _items(node: Any, at: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield the outermost members of lists that tell of the bad item."""
    steps = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for step, inner in steps:
        if f"vraag {BAD}" in json.dumps(inner):
            yield from [(*at, step)] if isinstance(node, list) else _items(inner, (*at, step))


def _at(body: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        body = body[step]
    return copy.deepcopy(body)


@pytest.mark.parametrize(("platform", "kind"), list(STREAMS))
def test_one_hostile_item_costs_no_neighbour(platforms: Running, line: Line, platform: str, kind: str) -> None:
    account, stream = asked(platforms, platform, kind), STREAMS[platform, kind]
    expected = told(account, stream)
    assert set(expected) == set(range(ITEMS)) and line.answers
    del expected[BAD]
    everywhere = list(spots(line))

    @settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
    @given(place=st.sampled_from(everywhere), poison=st.sampled_from(POISON))
    def holds(place: Place, poison: bytes) -> None:
        line.place, line.poison = place, poison
        found = told(account, stream)
        found.pop(BAD, None)
        assert found == expected

    holds()


@pytest.mark.parametrize(("platform", "kind"), list(STREAMS))
def test_an_odd_answer_is_no_mistake_of_ours(platforms: Running, line: Line, platform: str, kind: str) -> None:
    account, stream = asked(platforms, platform, kind), STREAMS[platform, kind]
    assert told(account, stream)
    everywhere = [(address, place) for address, body in line.answers.items() for place in places(body)]

    @settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
    @given(place=st.sampled_from(everywhere), poison=st.sampled_from(POISON))
    def holds(place: Place, poison: bytes) -> None:
        line.place, line.poison = place, poison
        with transaction.atomic():
            poll(account, stream)
            said = Account.objects.values_list("last_error", flat=True).get(pk=account.pk)
            transaction.set_rollback(True)
        assert "Reading failed" not in said

    holds()


@pytest.mark.parametrize("begun", [True, False])
@pytest.mark.parametrize("poison", [b'"gone"', b'"g one"', b"{}", b"null"])
def test_a_conversation_that_is_gone_costs_no_other(
    platforms: Running, line: Line, poison: bytes, *, begun: bool
) -> None:
    account = asked(platforms, "bluesky", "dm", begun=begun)
    expected = told(account, "messages")
    del expected[BAD]
    line.place = next(spot for spot in spots(line) if spot[1][-1] == ("convoId" if begun else "id"))
    line.poison = poison
    assert told(account, "messages") == expected
