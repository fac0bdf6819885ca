"""Live traffic: customers who write now and then, and who answer when the brand has answered them."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
import zlib
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random

from sandbox.model import PRIVATE_KINDS, Event, Message, User, WorldError
from sandbox.scenario.book import LIVE_OPENERS
from sandbox.scenario.everyday import OPENER_BY_KEY, fitting, post_for
from sandbox.scenario.fill import TALK_BY_KEY, account_of, addressed, picture, settle, user_of
from sandbox.scenario.script import TIMELINES, Opener, Person
from sandbox.scenario.slots import filled
from sandbox.world import World

logger = logging.getLogger(__name__)
BETWEEN = (20.0, 40.0)  # seconds between new conversations at pace 1
ANSWERS = (15.0, 75.0)  # seconds until a customer reacts to an answer
NUDGES = (420.0, 900.0)  # seconds until someone who got no answer asks again
NUDGE_SHARE, QUIET_SHARE, EMOJI_SHARE = 0.18, 0.12, 0.15
LATE = timedelta(minutes=10)  # answers older than this (a history being filled) get no reaction
NUDGE_TEXTS = {
    "x": ("Iemand?", "Nog steeds benieuwd naar een antwoord hierop.", "Hallo?"),
    "whatsapp": ("?", "Is er iemand?", "Hallo, hebben jullie mijn bericht gezien?"),
    "facebook": ("Graag een reactie.", "Kan hier iemand naar kijken?", "Hallo, is daar iemand?"),
    "instagram": ("Hallooo?", "Weten jullie het al?", "🙋‍♀️"),
    "youtube": ("Iemand die het weet?", "Leest Veldhuis hier mee?", "Nog steeds benieuwd!"),
}


class Traffic:
    """The thread in which customers live. Everything it says has a ref, so that it knows its own again."""

    def __init__(self, world: World, pace: float = 1.0, seed: int | None = None) -> None:
        self.world = world
        self.pace = pace
        self.chance = Random(seed)
        self.deck: list[Opener] = []
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._ready = threading.Condition()
        self._running = False
        self.told: set[tuple[str, str]] = set()  # who opened what: nobody asks the same again soon
        self._thread = threading.Thread(target=self._run, name="scenario", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin: the first message comes at once."""
        settle(self.world)
        self._running = True
        self._unsubscribe = self.world.listen(self._hear)
        self.later((0, 1), self._open)
        self._thread.start()

    def stop(self) -> None:
        """End, and wait until nothing more is said."""
        self._unsubscribe()
        with self._ready:
            self._running = False
            self._ready.notify_all()
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(5)

    def later(self, seconds: tuple[float, float], act: Callable[[], object]) -> None:
        """Do something after a while between `seconds`, at this traffic's pace."""
        moment = time.monotonic() + self.chance.uniform(*seconds) / self.pace
        with self._ready:
            heapq.heappush(self._due, (moment, next(self._order), act))
            self._ready.notify_all()

    def _run(self) -> None:
        while True:
            with self._ready:
                if not self._running:
                    return
                wait = self._due[0][0] - time.monotonic() if self._due else 60.0
                if wait > 0:
                    self._ready.wait(wait)
                    continue
                act = heapq.heappop(self._due)[2]
            try:
                act()
            except WorldError as refused:  # what was to be answered has gone meanwhile
                logger.info("a customer could not write: %s", refused)
            except Exception:
                logger.exception("the scenario stumbled and goes on")

    # -- new conversations -------------------------------------------------------------------------------------------
    def _open(self) -> None:
        self.later(BETWEEN, self._open)
        if not self.deck:
            self.deck = self.chance.sample(LIVE_OPENERS, len(LIVE_OPENERS))
        opener = self.deck.pop()
        person = self._somebody(opener)
        serial = f"{time.time_ns():x}"
        source = f"live:{opener.key}:{serial}"
        text, *more = filled((opener.text, *opener.more), Random(source))
        account = account_of(self.world, opener.brand, opener.platform)
        me = user_of(self.world, person, opener.platform)
        media = [picture(self.world, opener.picture)] if opener.picture else []
        kind = opener.kind if opener.platform != "whatsapp" else ("image" if media else "text")
        on = self.world.by_ref(opener.platform, f"fill:post:{post_for(opener)}")
        message = self.world.say(
            opener.platform,
            kind,
            me.id,
            text,
            to=account.id,
            in_reply_to=on.id if on and not on.deleted and opener.kind == "comment" else None,
            media=media,
            ref=f"{source}:0",
        )
        for number, line in enumerate(more, 1):
            self.later((12.0 * number, 30.0 * number), partial(self._under, message, me, line, f"{source}:{number}"))
        if self.chance.random() < NUDGE_SHARE:
            self.later(NUDGES, partial(self._nudge, message, me, source))

    def _somebody(self, opener: Opener) -> Person:
        """Someone who fits, preferably not one of those who just wrote."""
        people = fitting(opener)
        recent = {
            m.sender for m in self.world.messages(opener.platform, since=self.world.now() - timedelta(minutes=30))
        }
        rested = [p for p in people if user_of(self.world, p, opener.platform).id not in recent]
        new = [p for p in rested if (opener.key, p.key) not in self.told]
        person = self.chance.choice(new or rested or people)
        self.told.add((opener.key, person.key))
        return person

    def _nudge(self, first: Message, me: User, source: str) -> None:
        """Asked again, when nobody answered."""
        if self._answered(first):
            return
        line = self.chance.choice(NUDGE_TEXTS[first.platform])
        self._under(first, me, line, f"{source}:n")

    def _answered(self, first: Message) -> bool:
        around = self._around(first)
        return any(item.by_brand and item.at >= first.at for item in around)

    def _around(self, message: Message) -> list[Message]:
        if message.kind in PRIVATE_KINDS:
            chat = self.world.chat(message.thread)
            return self.world.chat_messages(chat) if chat else []
        if message.platform in TIMELINES:
            return self.world.thread(message.platform, message.thread)
        return [*self.world.replies(message.id), message]

    def _under(self, message: Message, me: User, text: str, ref: str) -> Message:
        """Say something in the same conversation."""
        if message.kind in PRIVATE_KINDS:
            kind = "text" if message.platform == "whatsapp" else "dm" if message.platform in TIMELINES else "message"
            return self.world.say(message.platform, kind, me.id, text, to=message.account, ref=ref)
        kind = "post" if message.platform in TIMELINES else "comment"
        if message.platform in TIMELINES and message.by_brand and message.account:
            account = self.world.account(message.platform, message.account)
            text = addressed(self.world, account, message, text, by_brand=False) if account else text
        return self.world.say(message.platform, kind, me.id, text, in_reply_to=message.id, ref=ref)

    # -- reactions to answers ----------------------------------------------------------------------------------------
    def _hear(self, event: Event) -> None:
        """Called under the world's lock: only make a note."""
        message = event.message
        if event.name != "added" or message is None or not message.by_brand:
            return
        if (message.to or message.parent) and self.world.now() - message.at < LATE:
            self.later(ANSWERS, partial(self._respond, message))

    def _respond(self, answer: Message) -> None:
        """React to the brand's answer to a scenario message."""
        asked = self._asked(answer)
        if asked is None or asked.ref is None or answer.deleted:
            return
        me = self.world.user(asked.platform, asked.sender)
        source, lines = reactions(asked.ref)
        if me is None or not lines:
            return
        spoken = sum(1 for n in range(len(lines)) if self.world.by_ref(asked.platform, f"{source}:r{n}"))
        if spoken >= len(lines) or self._spoke_since(answer, me):
            return
        mood = Random(answer.id).random()
        if mood < QUIET_SHARE:
            self.world.like(answer.id, me.id) if answer.kind not in PRIVATE_KINDS else None
            return
        if mood < QUIET_SHARE + EMOJI_SHARE and answer.kind in PRIVATE_KINDS and answer.platform != "x":
            self.world.react(answer.id, me.id, self.chance.choice(("👍", "❤️", "🙏")))
            if spoken + 1 >= len(lines):
                return
        self._under(answer, me, lines[spoken], f"{source}:r{spoken}")

    def _spoke_since(self, answer: Message, me: User) -> bool:
        return any(item.sender == me.id and item.at > answer.at for item in self._around(answer))

    def _asked(self, answer: Message) -> Message | None:
        """The customer's newest message that this answers."""
        if answer.kind in PRIVATE_KINDS:
            messages = [
                m for m in self._around(answer) if not m.by_brand and m.at <= answer.at and m.kind != "reaction"
            ]
            return messages[-1] if messages else None
        above = self.world.message(answer.parent) if answer.parent else None
        while above is not None and above.by_brand:
            above = self.world.message(above.parent) if above.parent else None
        return above


def reactions(ref: str) -> tuple[str, tuple[str, ...]]:
    """What its writer goes on to say after each answer: the conversation's own ref, and the lines in order."""
    origin, key, *rest = *ref.split(":"), ""
    if origin == "fill" and key in TALK_BY_KEY:
        return f"{origin}:{key}", TALK_BY_KEY[key].then
    if origin == "live" and key in OPENER_BY_KEY and rest:
        source, opener = f"{origin}:{key}:{rest[0]}", OPENER_BY_KEY[key]
        _text, *_more, follow_up, thanks = filled(
            (opener.text, *opener.more, opener.follow_up, opener.thanks), Random(source)
        )
        asks_on = bool(follow_up) and zlib.crc32(source.encode()) % 5 < 2
        return source, (follow_up, thanks) if asks_on else (thanks,)
    return ref, ()


__all__ = ["Traffic", "reactions"]
