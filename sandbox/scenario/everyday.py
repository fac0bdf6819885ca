"""The ordinary conversations of the past weeks, made of the openers: asked, answered, and often thanked for."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from random import Random

from sandbox.scenario.book import LIVE_OPENERS, OPENERS, TALKS
from sandbox.scenario.people import BOTH, LIJN_NOORD, PEOPLE
from sandbox.scenario.people import SHOP as SHOPPERS
from sandbox.scenario.people import TRAIN as TRAVELLERS
from sandbox.scenario.script import BRAND, Line, Opener, Person, Talk
from sandbox.scenario.slots import filled

OPENER_BY_KEY = {opener.key: opener for opener in LIVE_OPENERS}
DAYS = 27
BUSY_HOURS = (7, 8, 8, 9, 9, 10, 11, 12, 13, 14, 15, 16, 16, 17, 17, 18, 19, 19, 20, 20, 21, 22)
TYPICAL_WAIT = {"x": 14.0, "whatsapp": 16.0, "facebook": 34.0, "instagram": 42.0}  # minutes, the median


def fitting(opener: Opener) -> list[Person]:
    """Who could begin this conversation: on that platform, a customer of that company."""
    return [
        person
        for person in PEOPLE
        if opener.platform in person.platforms
        and person.language == opener.language
        and (person.key in opener.by or not opener.by and _deals_with(person, opener.brand))
    ]


def _deals_with(person: Person, brand: str) -> bool:
    return person.group == BOTH or person.group == (TRAVELLERS if brand == LIJN_NOORD else SHOPPERS)


def talks(now: datetime) -> list[Talk]:
    """Some six a day, fewer in the weekend; the same ones every time. Nobody has two conversations at once, or twice
    the same one. One without details of its own is used twice at most.
    """
    made: list[Talk] = []
    chance = Random(2711)
    deck: list[Opener] = []
    busy = _busy_days()
    asked: dict[str, list[str]] = {opener.key: [] for opener in OPENERS}
    for day in range(DAYS, 1, -1):
        weekend = (now - timedelta(days=day)).weekday() >= 5
        for _ in range(chance.randint(4, 6) if weekend else chance.randint(6, 10)):
            if not deck:
                deck = chance.sample(OPENERS, len(OPENERS))
            opener = deck.pop()
            around = {day - 2, day - 1, day, day + 1, day + 2}
            free = [
                person
                for person in fitting(opener)
                if person.key not in asked[opener.key] and not around & busy[person.key, opener.platform]
            ]
            if not free or len(asked[opener.key]) >= 2 and "{" not in opener.text:
                continue
            person = chance.choice(free)
            asked[opener.key].append(person.key)
            busy[person.key, opener.platform].add(day)
            made.append(_talk(opener, person, day, len(made), chance))
    return made


def _busy_days() -> dict[tuple[str, str], set[int]]:
    """On which days everybody already has a conversation that was written out, per platform."""
    busy: dict[tuple[str, str], set[int]] = defaultdict(set)
    for talk in TALKS:
        last = talk.day - int(sum(line.after for line in talk.lines) // (24 * 60)) - 1
        for key in {line.by or talk.by for line in talk.lines}:
            busy[key, talk.platform] |= set(range(last, talk.day + 1))
    return busy


def _talk(opener: Opener, person: Person, day: int, number: int, chance: Random) -> Talk:
    texts = (opener.text, opener.answer, opener.thanks, opener.follow_up, opener.follow_answer, *opener.more)
    text, answer, thanks, follow_up, follow_answer, *more = filled(texts, chance)
    lines = [Line(text, picture=opener.picture)]
    lines += [Line(line, 0.8) for line in more]
    lines.append(Line(answer, _wait(opener, chance), BRAND))
    if follow_up and follow_answer and chance.random() < 0.5:
        lines += [Line(follow_up, chance.uniform(3, 40)), Line(follow_answer, _wait(opener, chance), BRAND)]
    elif chance.random() < 0.7:
        lines.append(Line(thanks, chance.uniform(2, 50)))
    at = f"{chance.choice(BUSY_HOURS)}:{chance.randint(0, 59):02d}"
    kind = "text" if opener.platform == "whatsapp" else opener.kind
    return Talk(
        f"day{number}",
        opener.brand,
        opener.platform,
        kind,
        person.key,
        tuple(lines),
        day=day,
        at=at,
        on=post_for(opener),
    )


def post_for(opener: Opener) -> str:
    """Under which of the brand's posts a comment stands."""
    if opener.kind != "comment":
        return ""
    if opener.platform == "youtube":
        return "video-tafel" if opener.key == "olie-merk" else "video-fjord"
    if opener.platform == "instagram":
        return "eettafel" if opener.key in ("lamp-hoogte", "plantjes") else "fjord-insta"
    return {"werkzaam": "dienstregeling", "groepskaart": "dienstregeling"}.get(opener.key, "bank-fjord")


def _wait(opener: Opener, chance: Random) -> float:
    """Minutes until the answer: most within half an hour, a few after hours."""
    return min(TYPICAL_WAIT[opener.platform] * chance.lognormvariate(0, 0.8), 400.0)
