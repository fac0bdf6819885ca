"""The demo's people and what they say: a history that holds together, and customers who answer back."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from sandbox.model import PRIVATE_KINDS, Message, WorldError
from sandbox.scenario import book, everyday, pictures
from sandbox.scenario.director import Director
from sandbox.scenario.fill import AMSTERDAM, CLOSES, OPENS, TALK_BY_KEY, fill, filled
from sandbox.scenario.live import Traffic, reactions
from sandbox.scenario.people import BRANDS, BY_KEY, PEOPLE
from sandbox.scenario.script import BRAND, Line, Talk
from sandbox.world import World


@pytest.fixture(scope="module")
def world() -> World:
    """A world with the filled history; read only."""
    made = World(None)
    fill(made)
    return made


class Answering(Traffic):
    """Traffic of customers who only answer: whoever asks something new in a chat goes on with that."""

    def _open(self) -> None:
        """Nobody begins a conversation."""


@pytest.fixture
def traffic(kind: type[Traffic]) -> Iterator[Traffic]:
    """Live traffic, much faster than people, in a filled world of its own."""
    own = World(None)
    fill(own)
    made = kind(own, pace=2000, seed=5)
    yield made
    made.stop()


@pytest.fixture
def kind() -> type[Traffic]:
    """What the traffic consists of."""
    return Traffic


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Wait for it to be so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def conversation(world: World, key: str) -> list[Message]:
    talk = TALK_BY_KEY[key]
    found = (world.by_ref(talk.platform, f"fill:{key}:{number}") for number in range(len(talk.lines)))
    return [message for message in found if message is not None]


# -- what is written -------------------------------------------------------------------------------------------------
def test_there_is_enough_to_say() -> None:
    assert len(book.TALKS) + len(book.OPEN_TALKS) >= 80
    assert len(book.OPENERS) >= 60
    assert 30 <= len(book.OPEN_TALKS) <= 45
    assert len(PEOPLE) >= 50


def test_keys_are_used_once() -> None:
    for keys in (
        [talk.key for talk in (*book.TALKS, *book.OPEN_TALKS)],
        [opener.key for opener in book.OPENERS],
        [person.key for person in PEOPLE],
    ):
        assert max(Counter(keys).values()) == 1


@pytest.mark.parametrize("talk", [*book.TALKS, *book.OPEN_TALKS], ids=lambda talk: talk.key)
def test_everybody_in_a_conversation_has_an_account_there(talk: Talk) -> None:
    for line in talk.lines:
        if line.by != BRAND:
            assert talk.platform in BY_KEY[line.by or talk.by].platforms
        assert line.picture == "" or line.picture in pictures.SAMPLES


def test_every_opener_suits_somebody_and_its_slots_are_known() -> None:
    for opener in book.OPENERS:
        assert everyday.fitting(opener), opener.key
    for talk in everyday.talks(datetime.now(UTC)):
        assert not [line.text for line in talk.lines if re.search(r"[{}]", line.text)]


def test_what_is_posted_on_x_fits_there() -> None:
    long = [
        line.text
        for talk in (*book.TALKS, *book.OPEN_TALKS)
        if talk.platform == "x" and talk.kind == "post"
        for line in talk.lines
        if len(line.text) > 255
    ]
    assert long == []


def test_texts_hold_no_straight_quotes_and_no_double_spaces() -> None:
    for path in book.TEXTS.glob("*.toml"):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            words = re.sub(r'^\w+ = |[{}\[\]",]', "", line)
            assert "''" not in words, (path.name, number)
            assert "  " not in words.strip(), (path.name, number)


def test_the_hard_cases_are_there(world: World) -> None:
    texts = [message.text for message in world.messages() if not message.by_brand]
    names = [person.name for person in PEOPLE]

    assert max(len(name) for name in names) == 60
    assert any(re.search(r"[\u0600-\u06ff]", text) for text in texts)
    assert any(1450 <= len(text) <= 1550 for text in texts)
    assert "😍" in texts
    assert any(re.search(r"\bNL\d\d[A-Z]{4}\d{10}\b", text) for text in texts)
    assert any(re.search(r"VW-\d{6}.*06-\d{8}", text) for text in texts)


def test_sarcasm_stands_in_a_thread_naming_the_company_last(world: World) -> None:
    posts = conversation(world, "goed-bezig")

    assert len(posts) == 5
    assert len({post.sender for post in posts}) == 3
    assert [bool(post.mentions and "@lijnnoord" in post.text) for post in posts] == [False] * 4 + [True]
    assert [post.parent for post in posts] == [None, *(post.id for post in posts[:-1])]
    assert len({post.thread for post in posts}) == 1


# -- what is filled --------------------------------------------------------------------------------------------------
def test_filling_twice_changes_nothing(world: World) -> None:
    before = len(world.messages())

    assert fill(world) == 0
    assert len(world.messages()) == before


def test_filling_that_was_cut_off_is_completed(tmp_path: Path) -> None:
    class Cut(Exception):
        pass

    cut, count = World(tmp_path), 0

    def stop_at_100(event: object) -> None:
        nonlocal count
        count += 1
        if count == 100:
            raise Cut

    cut.listen(stop_at_100)
    with pytest.raises(Cut):
        fill(cut)
    again = World(tmp_path)
    assert not filled(again)

    fill(again)

    assert filled(again)
    refs = Counter(message.ref for message in again.messages() if message.ref)
    assert max(refs.values()) == 1
    assert len(again.messages()) == len({message.id for message in again.messages()})


def test_a_filled_history_is_left_alone_on_a_later_day(world: World) -> None:
    own = World(None)
    fill(own)
    before = len(own.messages())
    own.set_clock(None, 3 * 24 * 3600)

    assert fill(own) == 0
    assert len(own.messages()) == before


def test_open_conversations_wait_two_minutes_to_two_hours(world: World) -> None:
    for talk in book.OPEN_TALKS:
        last = conversation(world, talk.key)[-1]
        waited = world.now() - last.at
        assert not last.by_brand
        assert timedelta(minutes=1.9) < waited < timedelta(hours=2, minutes=5), talk.key


def test_nothing_is_said_before_what_it_answers_or_after_now(world: World) -> None:
    for message in world.messages():
        assert message.at <= world.now()
        parent = world.message(message.parent) if message.parent else None
        if parent is not None:
            assert parent.at <= message.at, message.text
    posts = world.posts()
    assert all(int(post.id) < int(other.id) and post.at <= other.at for post, other in pairwise(posts))


@pytest.mark.parametrize("hour", [1, 13, 23])
def test_brand_answers_in_office_hours_at_any_start(hour: int) -> None:
    own = World(None)
    own.set_clock(datetime(2026, 3, 30, hour, 20, tzinfo=UTC))  # the day after the clocks went forward
    fill(own)

    recent = own.now() - timedelta(hours=5)
    for message in own.messages():
        if message.by_brand and message.at < recent and not (message.ref or "").startswith("fill:post:"):
            local = message.at.astimezone(AMSTERDAM)
            assert OPENS <= local.time() < CLOSES, message.text
        assert message.at <= own.now()


def test_nobody_has_two_conversations_with_a_brand_at_once(world: World) -> None:
    for chat in world.chats():
        spans: dict[str, list[datetime]] = {}
        for message in world.chat_messages(chat):
            spans.setdefault((message.ref or "").rsplit(":", 1)[0], []).append(message.at)
        ordered = sorted((min(moments), max(moments)) for moments in spans.values())
        assert all(post[1] < other[0] for post, other in pairwise(ordered)), chat.user


def test_the_brand_answers_most_of_what_is_asked(world: World) -> None:
    days = [message for message in world.messages() if (message.ref or "").startswith("fill:day")]

    assert len({(message.ref or "").split(":")[1] for message in days}) > 100
    assert len([message for message in days if message.by_brand]) > 100


def test_nothing_waits_for_an_answer_until_the_next_talk(world: World) -> None:
    for chat in world.chats():
        for said, following in pairwise(world.chat_messages(chat)):
            assert said.by_brand or following.at - said.at < timedelta(days=1), said.text


def test_one_person_is_one_person_on_all_platforms(world: World) -> None:
    people = world.people()

    for person in PEOPLE:
        assert [user.platform for user in people[person.key]] == list(person.platforms)
    assert {account.name for account in world.accounts()} == {brand.name for brand in BRANDS}


def test_pictures_are_small_and_real() -> None:
    for name in pictures.SAMPLES:
        content = pictures.draw(name)
        assert content.startswith(b"\xff\xd8")
        assert len(content) < 60_000


# -- what goes on ----------------------------------------------------------------------------------------------------
def test_live_customers_write_on_every_platform(traffic: Traffic) -> None:
    before = len(traffic.world.messages())
    traffic.start()

    def platforms() -> set[str]:
        with traffic.world.lock:
            return {message.platform for message in traffic.world.messages()[before:]}

    until(lambda: platforms() == {"x", "facebook", "instagram", "whatsapp", "youtube"})


@pytest.mark.parametrize("kind", [Answering])
@pytest.mark.parametrize("key", ["drie-op-een-rij", "goed-bezig", "lang-verhaal", "een-emoji"])
def test_a_customer_goes_on_when_the_brand_has_answered(traffic: Traffic, key: str) -> None:
    world, asked = traffic.world, conversation(traffic.world, key)[-1]
    traffic.start()
    answered = 0
    while world.by_ref(asked.platform, f"fill:{key}:r0") is None:  # now and then they are silent, or send an emoji
        assert answered < 40  # on a busy machine they are slow as well
        answer_of(world, asked, f"Antwoord {answered}")
        answered += 1
        deadline = time.monotonic() + 0.4
        while time.monotonic() < deadline and world.by_ref(asked.platform, f"fill:{key}:r0") is None:
            time.sleep(0.01)

    said = world.by_ref(asked.platform, f"fill:{key}:r0")
    assert said is not None
    assert said.sender == asked.sender
    assert TALK_BY_KEY[key].then[0] in said.text
    assert said.thread == asked.thread


def test_a_phone_that_somebody_holds_is_left_alone(traffic: Traffic) -> None:
    world = traffic.world
    person = world.add_user("whatsapp", id="31612345699", name="Iemand")
    mine = world.say("whatsapp", "text", person.id, "Hoi", to="veldhuiswonen")
    asked = conversation(world, "handleiding")[-1]
    traffic.start()

    answer_of(world, mine, "Dag!")
    until(lambda: reacted(world, asked))

    assert len([message for message in world.by("whatsapp", person.id) if not message.by_brand]) == 1


def reacted(world: World, asked: Message) -> bool:
    """Whether a scripted customer has said or done something after an answer; asks again until then."""
    if len([message for message in world.by(asked.platform, asked.sender) if message.at > asked.at]) > 0:
        return True
    answer_of(world, asked, f"Antwoord {time.monotonic_ns()}")
    time.sleep(0.2)
    return False


def answer_of(world: World, asked: Message, text: str) -> Message:
    """The brand answers a customer's message."""
    assert asked.account is not None
    if asked.kind in PRIVATE_KINDS:
        kind = {"x": "dm", "whatsapp": "text"}.get(asked.platform, "message")
        return world.say(asked.platform, kind, asked.account, text, to=asked.sender)
    kind = "post" if asked.platform == "x" else "comment"
    return world.say(asked.platform, kind, asked.account, text, in_reply_to=asked.id)


def test_all_messages_of_one_conversation_share_its_reactions() -> None:
    source = "live:track:1f"
    assert reactions(f"{source}:0") == reactions(f"{source}:1")
    assert reactions(f"{source}:0")[0] == source


def test_unknown_refs_have_no_reactions() -> None:
    for ref in ("replay:1", "x", "live:weg:1:0", "fill:weg:0"):
        assert reactions(ref)[1] == ()


# -- the director ----------------------------------------------------------------------------------------------------
def test_the_director_fills_starts_and_stops() -> None:
    director = Director(World(None))

    assert director.status() == {"filled": False, "live": False, "pace": 1.0, "messages": 0}
    history = director.fill()["messages"]
    assert director.status()["filled"]
    assert director.live(50)["pace"] == 50
    until(lambda: director.status()["messages"] > history)
    assert not director.stop()["live"]
    assert "scenario" not in [thread.name for thread in threading.enumerate()]


def test_a_pace_of_nothing_is_refused() -> None:
    with pytest.raises(WorldError, match="pace"):
        Director(World(None)).live(0)


def test_lines_without_a_time_follow_after_three_minutes() -> None:
    assert Line("hoi").after == 3
