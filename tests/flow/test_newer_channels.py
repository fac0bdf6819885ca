"""kill -9 and bad weather on every newer channel, with the CRM told of it: all is there once, and arrives once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.flow.channels import (
    CHANNELS,
    CRM_SLOW,
    CRM_WEATHER,
    Channel,
    connect_all,
    misbehave,
    still_to_go_wrong,
    written_to_crm,
)
from tests.flow.system import Agent, System, eventually

VICTIMS = ("web", "sender", "reader", "worker", "Redis", "PostgreSQL")


@dataclass(frozen=True)
class Talk:
    """What somebody asks on a channel, and our answer."""

    channel: Channel
    when: str

    @property
    def person(self) -> str:
        """Who asks."""
        return f"{self.channel.name}{self.when}".replace(" ", "").lower()

    @property
    def question(self) -> str:
        """What they ask."""
        return f"Waar blijft de kast van {self.person}?"

    @property
    def answer(self) -> str:
        """What we say."""
        return f"De kast van {self.person} komt morgen."


@pytest.fixture(scope="module")
def all_connected(system: System) -> System:
    """All channels."""
    connect_all(system)
    return system


@pytest.fixture
def connected(all_connected: System) -> Iterator[System]:
    """All channels, and nothing that goes wrong before or after."""
    all_connected.control("DELETE", "/control/faults")
    yield all_connected
    all_connected.control("DELETE", "/control/faults")


def test_kill_loses_and_doubles_nothing_on_any_channel(connected: System, agent: Agent) -> None:
    system = connected
    slow = [channel.leaves for channel in CHANNELS if channel.leaves]
    misbehave(system, *slow, CRM_SLOW)
    rounds = [[Talk(channel, victim) for channel in CHANNELS] for victim in VICTIMS]
    codes: list[str] = []
    _ask(system, rounds[0])
    for victim, talks, following in zip(VICTIMS, rounds, [*rounds[1:], []], strict=True):
        _ask(system, following)  # to be read meanwhile; before, since an answer is on its way for some seconds only
        codes += _answer(system, agent, talks)
        _kill_amid(system, victim, codes)
    system.control("DELETE", "/control/faults")
    _check_all_is_there_once(system, [talk for talks in rounds for talk in talks], codes)


def test_bad_weather_loses_and_doubles_nothing_on_any_channel(connected: System, agent: Agent) -> None:
    system = connected
    misbehave(system, *(fault for channel in CHANNELS for fault in channel.weather), *CRM_WEATHER)
    talks = [Talk(channel, f"storm{number}") for number in range(3) for channel in CHANNELS]
    _ask(system, talks)
    codes = _answer(system, agent, talks)

    def went_wrong() -> bool:
        system.let_time_pass()
        return not still_to_go_wrong(system)

    eventually(went_wrong, "every fault was met")
    system.control("DELETE", "/control/faults")
    system.change("UPDATE channels_account SET rate_limited_until = NULL")  # a quarter of an hour later
    _check_all_is_there_once(system, talks, codes)
    assert system.rows("SELECT handle FROM channels_account WHERE needs_reauth_at IS NOT NULL") == []


def _kill_amid(system: System, victim: str, codes: list[str]) -> None:
    """Kill a process while an answer is on its way."""
    eventually(lambda: "sending" in _states(system, codes), f"an answer is on its way before {victim} ends")
    system.kill(victim)


def _ask(system: System, talks: list[Talk]) -> None:
    for talk in talks:
        talk.channel.ask(system, talk.person, talk.question)


def _answer(system: System, agent: Agent, talks: list[Talk]) -> list[str]:
    """Answer everybody once their question is there; return the answers' codes."""

    def asked() -> dict[str, str]:
        system.let_time_pass()
        statement = (
            "SELECT m.text, c.code::text FROM inbox_message m JOIN inbox_conversation c ON c.id = m.conversation_id"
            " WHERE m.direction = 'inbound' AND m.text LIKE '%%Waar blijft de kast van%%'"
        )
        rows = system.rows(statement)
        found = {talk.person: code for talk in talks for text, code in rows if talk.question in text}
        return found if len(found) == len(talks) else {}

    waiting = eventually(asked, "the questions are there")
    return [agent.answer(waiting[talk.person], talk.answer) for talk in talks]


def _states(system: System, codes: list[str]) -> set[str]:
    rows = system.rows("SELECT DISTINCT state FROM inbox_message WHERE code = ANY(%s::uuid[])", codes)
    return {state for (state,) in rows}


def _check_all_is_there_once(system: System, talks: list[Talk], codes: list[str]) -> None:
    def arrived() -> dict[str, int]:
        return {talk.person: talk.channel.arrived(system, talk.person, talk.answer) for talk in talks}

    once = {talk.person: 1 for talk in talks}

    def settled() -> bool:
        system.let_time_pass()
        return _states(system, codes) == {"sent"} and not _unwritten(system, codes) and arrived() == once

    eventually(settled, "everything arrives, leaves and is told to the CRM")
    statement = "SELECT text FROM inbox_message WHERE direction = 'inbound' AND text LIKE '%%Waar blijft de kast van%%'"
    texts = [text for (text,) in system.rows(statement)]
    assert {talk.person: sum(talk.question in text for text in texts) for talk in talks} == once
    assert arrived() == once
    told = written_to_crm(system)
    for said in ("question", "answer"):
        assert {talk.person: sum(getattr(talk, said) in text for text in told) for talk in talks} == once, said


def _unwritten(system: System, codes: list[str]) -> int:
    """How much of these talks the CRM was not told yet."""
    statement = (
        "SELECT count(*) FROM inbox_message m JOIN inbox_message ours ON ours.conversation_id = m.conversation_id"
        " LEFT JOIN crm_write w ON w.message_id = m.id"
        " WHERE ours.code = ANY(%s::uuid[]) AND w.state IS DISTINCT FROM 'done'"
    )
    count: int = system.rows(statement, codes)[0][0]
    return count
