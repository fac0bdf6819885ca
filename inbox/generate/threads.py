"""Who says something in a conversation, and when: its shape, without words."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# What follows what, in a hundred: inbound, outbound, note.
_NEXT = {"inbound": (27, 65, 8), "outbound": (80, 12, 8), "note": (15, 85, 0)}
_SAYERS = ("inbound", "outbound", "note")
# How long until the next message, on average, in seconds.
_PAUSES = {
    ("inbound", "inbound"): 90,
    ("inbound", "outbound"): 2400,
    ("outbound", "inbound"): 5400,
    ("outbound", "outbound"): 30,
}
_PAUSE = 300
_LONGEST = 20 * 3600
_ANSWERED = {"open": 30, "snoozed": 90, "closed": 85}  # in a hundred: the last word is ours
_LAST_MOMENT = 60  # seconds before now


@dataclass(frozen=True, slots=True)
class Turn:
    """One message's place in its conversation."""

    direction: str
    at: int  # seconds since 1970; grows within a conversation


def turns_of(random: Random, *, status: str, size: int, start: int, now: int) -> list[Turn]:
    """Return so many turns, from `start` on and before `now`. The customer begins."""
    sayers = ["inbound"]
    for _more in range(size - 1):
        sayers.append(random.choices(_SAYERS, _NEXT[sayers[-1]])[0])
    if size > 1:
        sayers[-1] = "outbound" if random.random() * 100 < _ANSWERED[status] else "inbound"
    offsets = [0]
    for before, sayer in zip(sayers, sayers[1:], strict=False):
        pause = random.expovariate(1 / _PAUSES.get((before, sayer), _PAUSE))
        offsets.append(offsets[-1] + 1 + min(int(pause), _LONGEST))
    room = now - _LAST_MOMENT - start
    if offsets[-1] > room:  # it would end after now
        share = max(room - size, 0) / offsets[-1]
        offsets = [int(offset * share) + place for place, offset in enumerate(offsets)]
    return [Turn(sayer, start + offset) for sayer, offset in zip(sayers, offsets, strict=True)]


def last_inbound(turns: list[Turn]) -> int:
    """Return when the customer wrote last."""
    return max(turn.at for turn in turns if turn.direction == "inbound")
