"""The weeks before the demo: accounts, people, brands' posts and conversations, said in the order they happened."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sandbox.model import PRIVATE_KINDS, Account, Media, Message, User
from sandbox.scenario import everyday, pictures
from sandbox.scenario.book import OPEN_TALKS, POSTS, TALKS
from sandbox.scenario.people import BRAND_BY_KEY, BRANDS, BY_KEY, PEOPLE
from sandbox.scenario.script import BRAND, TIMELINES, BrandPost, Line, Person, Platform, Talk
from sandbox.world import World

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OPENS, CLOSES = time(8), time(22)
TALK_BY_KEY = {talk.key: talk for talk in (*TALKS, *OPEN_TALKS)}


@dataclass(frozen=True)
class Step:
    """One thing to say at one moment; `first` and `before` are refs of what it hangs under."""

    at: datetime
    ref: str
    brand: str
    platform: Platform
    kind: str
    line: Line
    by: str
    first: str = ""
    before: str = ""


def settle(world: World) -> None:
    """Make the brands' accounts and everybody's users (idempotent)."""
    for brand in BRANDS:
        for platform, username in brand.accounts.items():
            world.add_account(platform, brand.name, username)
    for person in PEOPLE:
        for platform in person.platforms:
            user_of(world, person, platform)


def user_of(world: World, person: Person, platform: str) -> User:
    """This person's user on a platform, made when there is none."""
    if platform == "whatsapp":
        return world.add_user(platform, id=person.whatsapp, name=person.name, person=person.key)
    username = "" if platform == "facebook" else str(getattr(person, platform))
    return world.add_user(platform, username=username or person.key, name=person.name, person=person.key)


def account_of(world: World, brand: str, platform: Platform) -> Account:
    """The brand's account on a platform, made when there is none; raises KeyError when the brand is not there."""
    return world.add_account(platform, BRAND_BY_KEY[brand].name, BRAND_BY_KEY[brand].accounts[platform])


def filled(world: World) -> bool:
    """Whether the history is complete: its newest message has been said."""
    newest = min(OPEN_TALKS, key=lambda talk: talk.waiting)
    return world.by_ref(newest.platform, f"fill:{newest.key}:{len(newest.lines) - 1}") is not None


def fill(world: World, until: timedelta = timedelta()) -> int:
    """Say everything that has not been said yet, oldest first; returns how many messages that were.

    `until` leaves out what is younger than that; a later fill says it.

    A complete history is left as it is, also on a later day; one that was cut off is completed.
    """
    settle(world)
    if filled(world):
        return 0
    now = world.now()
    by_ref: dict[str, Message] = {}
    count = 0
    for step in sorted(steps(now), key=lambda step: step.at):
        if step.at > now - until:
            break
        known = world.by_ref(step.platform, step.ref)
        if known is not None:
            by_ref[step.ref] = known
            continue
        by_ref[step.ref] = say(world, step, by_ref)
        count += 1
    return count


def steps(now: datetime) -> Iterator[Step]:
    """Every message of the history with its moment, given when now is."""
    yield from (_post_step(post, now) for post in POSTS)
    for talk in _ended([*TALKS, *everyday.talks(now)]):
        yield from _talk_steps(talk, _past_times(talk, now))
    for talk in OPEN_TALKS:
        yield from _talk_steps(talk, _open_times(talk, now))


def _ended(talks: list[Talk]) -> Iterator[Talk]:
    """The same talks. Who writes again later had the brand's word last: nobody closes a case in these weeks, and
    thanks would wait for an answer until then.
    """
    writes_again = Counter((talk.brand, talk.platform, talk.by) for talk in (*talks, *OPEN_TALKS))
    for talk in sorted(talks, key=lambda talk: -talk.day):
        whose = (talk.brand, talk.platform, talk.by)
        writes_again[whose] -= 1
        answered = max((number for number, line in enumerate(talk.lines, 1) if line.by == BRAND), default=0)
        yield replace(talk, lines=talk.lines[:answered]) if answered and writes_again[whose] else talk


def _post_step(post: BrandPost, now: datetime) -> Step:
    line = Line(post.text, picture=post.picture)
    kind = {"instagram": "media", "youtube": "upload"}.get(post.platform, "post")
    return Step(moment(now, post.day, post.at), f"fill:post:{post.key}", post.brand, post.platform, kind, line, BRAND)


def _talk_steps(talk: Talk, times: list[datetime]) -> Iterator[Step]:
    on = f"fill:post:{talk.on}" if talk.on else ""
    before = on
    for number, (line, at) in enumerate(zip(talk.lines, times, strict=True)):
        ref = f"fill:{talk.key}:{number}"
        first = f"fill:{talk.key}:0" if number else on
        yield Step(at, ref, talk.brand, talk.platform, talk.kind, line, line.by or talk.by, first, before)
        before = ref


def moment(now: datetime, day: int, at: str) -> datetime:
    """`at` o'clock in Amsterdam, `day` days before `now`."""
    hour, minute = map(int, at.split(":"))
    local = (now.astimezone(AMSTERDAM) - timedelta(days=day)).replace(hour=hour, minute=minute, microsecond=0)
    return local.replace(second=Random(at + str(day)).randrange(60)).astimezone(now.tzinfo)


def _past_times(talk: Talk, now: datetime) -> list[datetime]:
    at, times = moment(now, talk.day, talk.at), []
    for number, line in enumerate(talk.lines):
        if number:
            at += timedelta(minutes=line.after, seconds=Random(f"{talk.key}{number}").randrange(45))
        if line.by == BRAND:
            at = in_office(at, talk.key)
        at = min(at, now - timedelta(hours=3) + timedelta(seconds=number))
        times.append(at)
    return times


def in_office(at: datetime, key: str) -> datetime:
    """The same moment, or shortly after the team's next start when nobody is there."""
    local = at.astimezone(AMSTERDAM)
    if OPENS <= local.time() < CLOSES:
        return at
    start = local + timedelta(days=1) if local.time() >= CLOSES else local
    return start.replace(hour=8, minute=2 + Random(key).randrange(38)).astimezone(at.tzinfo)


def _open_times(talk: Talk, now: datetime) -> list[datetime]:
    at, times = now - timedelta(minutes=talk.waiting), []
    for line in reversed(talk.lines):
        times.append(at)
        at -= timedelta(minutes=line.after)
    return list(reversed(times))


def say(world: World, step: Step, by_ref: dict[str, Message]) -> Message:
    """Say one step as its platform wants it: under the first comment, after the line before it, or in the chat."""
    account = account_of(world, step.brand, step.platform)
    by_brand = step.by == BRAND
    sender = account.id if by_brand else user_of(world, BY_KEY[step.by], step.platform).id
    first, before = by_ref.get(step.first), by_ref.get(step.before)
    kind, text, to, above = step.kind, step.line.text, account.id, None
    if kind in PRIVATE_KINDS:
        to = first.sender if by_brand and first else account.id
        kind = "message" if kind == "story_mention" and by_brand else kind
    elif step.platform in TIMELINES:
        above = before
        text = addressed(world, account, before, text, by_brand, step.line.mention)
    else:
        above = before if first is None else first
        kind = "comment" if first is not None else kind  # whatever it began with, it goes on as comments
    media = [picture(world, step.line.picture)] if step.line.picture else []
    if step.platform == "whatsapp":
        kind = "image" if media else "text"
    return world.say(
        step.platform,
        kind,
        sender,
        text,
        to=to,
        in_reply_to=above.id if above else None,
        media=media,
        at=step.at,
        ref=step.ref,
    )


def addressed(
    world: World, account: Account, before: Message | None, text: str, by_brand: bool, mention: bool = True
) -> str:
    """An answer on X or Mastodon begins with the name of whom it answers."""
    if before is None or account.platform == "bluesky":
        return text
    other = world.user(account.platform, before.sender)
    if by_brand and other is not None:
        return f"@{other.username} {text}"
    if mention and before.by_brand and f"@{account.username}" not in text:
        return f"@{account.username} {text}"
    return text


_numbers = itertools.count(1)


def picture(world: World, name: str) -> Media:
    """A drawn picture as somebody's photo."""
    return world.add_media(pictures.draw(name), "image/jpeg", f"IMG_{2000 + next(_numbers)}.jpg")
