"""The ordinary conversations of the past weeks, made of the openers: asked, answered, and often thanked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from sandbox.scenario.openers_shop import OPENERS as SHOP
from sandbox.scenario.openers_train import OPENERS as TRAIN
from sandbox.scenario.people import BRAND_BY_KEY, LIJN_NOORD, OTHER, PEOPLE
from sandbox.scenario.people import TRAIN as TRAVELLERS
from sandbox.scenario.script import Opener, Person, Talk, klant, merk
from sandbox.scenario.slots import filled

OPENERS = (*SHOP, *TRAIN)
OPENER_BY_KEY = {opener.key: opener for opener in OPENERS}
DAYS = 27
BUSY_HOURS = (7, 8, 8, 9, 9, 10, 11, 12, 13, 14, 15, 16, 16, 17, 17, 18, 19, 19, 20, 20, 21, 22)
TYPICAL_WAIT = {"x": 14.0, "whatsapp": 16.0, "facebook": 34.0, "instagram": 42.0}  # minutes, the median


def fitting(opener: Opener) -> list[Person]:
    """Who could begin this conversation: on that platform, a customer of that company."""
    shop_only = opener.brand != LIJN_NOORD
    return [
        person
        for person in PEOPLE
        if opener.platform in person.platforms and person.group != OTHER and (person.group == TRAVELLERS) != shop_only
    ]


def talks(now: datetime) -> list[Talk]:
    """Some six a day, fewer in the weekend; always the same ones for the same day."""
    made: list[Talk] = []
    chance = Random(2711)
    deck: list[Opener] = []
    for day in range(DAYS, 1, -1):
        weekend = (now - timedelta(days=day)).weekday() >= 5
        for _ in range(chance.randint(3, 5) if weekend else chance.randint(5, 9)):
            if not deck:
                deck = chance.sample(OPENERS, len(OPENERS))
            made.append(_talk(deck.pop(), day, len(made), chance))
    return [talk for talk in made if talk.platform in BRAND_BY_KEY[talk.brand].accounts]


def _talk(opener: Opener, day: int, number: int, chance: Random) -> Talk:
    people = fitting(opener)
    texts = filled((opener.text, opener.answer, opener.thanks, opener.follow_up, opener.follow_answer, *opener.more), chance)
    text, answer, thanks, follow_up, follow_answer, *more = texts
    lines = [klant(text, picture=opener.picture), *(klant(line, 0.8) for line in more), merk(answer, _wait(opener, chance))]
    if follow_up and follow_answer and chance.random() < 0.5:
        lines += [klant(follow_up, chance.uniform(3, 40)), merk(follow_answer, _wait(opener, chance))]
    elif chance.random() < 0.7:
        lines.append(klant(thanks, chance.uniform(2, 50)))
    at = f"{chance.choice(BUSY_HOURS)}:{chance.randint(0, 59):02d}"
    by = chance.choice(people).key
    kind = "text" if opener.platform == "whatsapp" else opener.kind
    return Talk(f"day{number}", opener.brand, opener.platform, kind, by, tuple(lines), day=day, at=at, on=post_for(opener))


def post_for(opener: Opener) -> str:
    """Under which of the brand's posts a comment stands."""
    if opener.kind != "comment":
        return ""
    if opener.platform == "instagram":
        return "eettafel" if opener.key in ("lamp-hoogte", "plantjes") else "fjord-insta"
    return {"werkzaam": "dienstregeling", "groepskaart": "dienstregeling"}.get(opener.key, "bank-fjord")


def _wait(opener: Opener, chance: Random) -> float:
    """Minutes until the answer: most within half an hour, a few after hours."""
    return min(TYPICAL_WAIT[opener.platform] * chance.lognormvariate(0, 0.8), 400.0)
