"""Made-up sentences of a realistic length. Some words stand in every fifth message, most in hardly any."""

from __future__ import annotations

import itertools
import tomllib
from functools import cache
from pathlib import Path
from random import Random

_FILE = Path(__file__).with_name("words.toml")
LANGUAGES = ("nl", "en", "de")
SHARES = (86, 11, 3)  # of the languages, in a hundred
# How long half of the messages are, and the longest, in characters.
LENGTHS = {"x": (90, 280), "facebook": (70, 1500), "instagram": (40, 600), "whatsapp": (36, 900)}
_ANSWERS_ARE_LONGER = 1.2
_SPREAD = 0.6


class Words:
    """One language's sentences, drawn from a source of chance."""

    def __init__(self, language: str, random: Random) -> None:
        content = _content()
        self._parts: dict[str, list[str]] = content[language]
        self._places: dict[str, list[str]] = content["things"]
        self._random = random

    def from_customer(self, mood: str, length: int) -> str:
        """Return a customer's message of about this length, in which the mood can be heard."""
        kinds = ["ask", mood] if mood in self._parts else ["ask"]
        if mood == "happy" or length < 40:
            kinds = kinds[-1:]
        return self._grown(kinds, ("detail", "detail", "filler"), length)

    def from_us(self, length: int) -> str:
        """Return an answer of about this length."""
        return self._grown(["answer"], ("answer_detail", "answer_detail", "answer_end"), length)

    def note(self) -> str:
        """Return what a colleague tells another."""
        return self._filled(self._random.choice(self._parts["note"]))

    def _grown(self, kinds: list[str], more: tuple[str, ...], length: int) -> str:
        said = [self._filled(self._random.choice(self._parts[kind])) for kind in kinds]
        size = sum(map(len, said)) + len(said)
        while size < length:
            part = self._filled(self._random.choice(self._parts[self._random.choice(more)]))
            said.append(part)
            size += len(part) + 1
        return " ".join(said)

    def _filled(self, part: str) -> str:
        if "{" not in part:
            return part
        chance = self._random
        return part.format(
            thing=_things()[int(len(_things()) * chance.random() ** 4)],
            town=chance.choice(self._places["towns"]),
            day=chance.choice(self._parts["days"]),
            name=chance.choice(self._places["names"]),
            order=chance.randrange(10_000_000, 99_999_999),
            code=f"VW-{chance.randrange(1000, 99_999)}",
        )


def length_of(platform: str, random: Random, *, ours: bool = False) -> int:
    """Return how long a message shall be, in characters."""
    half, longest = LENGTHS[platform]
    return min(int(half * (_ANSWERS_ARE_LONGER if ours else 1) * random.lognormvariate(0, _SPREAD)), longest)


def person_name(random: Random) -> str:
    """Return a first name and a surname."""
    places = _content()["things"]
    return f"{random.choice(places['names'])} {random.choice(places['surnames'])}"


@cache
def _things() -> list[str]:
    """Return what the brands sell, mixed; the first ones are asked about most."""
    places = _content()["things"]
    made = ["".join(pair) for pair in itertools.product(places["first"], places["second"])]
    Random(1).shuffle(made)
    return made


@cache
def _content() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
