"""What a bubble says of an answer, state by state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from channels.models import Account
from inbox.models import Message
from inbox.thread.answer_status import AnswerStatus, status_of

STATE = Message.State
LEFT_TO_OTHERS = {STATE.QUEUED, STATE.APPROVAL, STATE.CANCELLED}  # a countdown, a second person, nothing


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


def status(part: str = "", **fields: object) -> AnswerStatus:
    made = status_of(Message(account=Account(platform="x"), **{"visibility": "private", **fields}), part)
    assert made is not None
    return made


@pytest.mark.parametrize("state", [state for state in STATE if state not in LEFT_TO_OTHERS])
def test_every_state_has_words_and_an_icon(state: str) -> None:
    made = status(state=state)
    assert made.text and made.icon


@pytest.mark.parametrize("state", sorted(LEFT_TO_OTHERS))
def test_what_has_more_to_show_is_left_to_others(state: str) -> None:
    assert status_of(Message(account=Account(platform="x"), state=state), "") is None


@pytest.mark.parametrize("state", [STATE.HELD, STATE.FAILED])
def test_what_waits_for_a_person_offers_a_button(state: str) -> None:
    made = status(state=state)
    assert (made.tone, bool(made.again), made.asks_arrival) == ("stop", True, False)


def test_an_uncertain_answer_asks_a_person_whether_it_arrived() -> None:
    assert status(state=STATE.UNKNOWN).asks_arrival
    assert not status(state=STATE.UNKNOWN, retry_at=timezone.now()).again


def test_the_furthest_a_platform_told_counts() -> None:
    told = timezone.now()
    assert status(state=STATE.SENT).text == "Sent"
    assert status(state=STATE.SENT, visibility="public").text == "Posted"
    assert status(state=STATE.SENT, delivered_at=told).text == "Delivered"
    read = status(state=STATE.SENT, delivered_at=told, read_at=told + timedelta(minutes=1))
    assert (read.text, read.at) == ("Read", told + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("part", "words", "again"),
    [("waiting", "waits for you", ""), ("lost", "was not sent", "Send by itself"), ("", "came in", "Send anyway")],
)
def test_a_held_part_says_what_it_waits_for(part: str, words: str, again: str) -> None:
    made = status(part, state=STATE.HELD)
    assert words in made.text
    assert made.again == again


@pytest.mark.parametrize("state", [STATE.FAILED, STATE.UNKNOWN, STATE.RETRY, STATE.SENDING])
def test_an_automatic_message_asks_nobody_for_anything(state: str) -> None:
    made = status(state=state, automatic=True)
    assert not made.again and not made.asks_arrival
