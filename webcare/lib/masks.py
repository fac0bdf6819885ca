"""Whether the reader of this request sees customers' details masked, and which of them they had shown.

Said once for a request; where nobody said it nothing is masked. What of words is masked: inbox/text/masking.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

DOT = "•"
_masks: ContextVar[bool] = ContextVar("masks", default=False)
_revealed: ContextVar[frozenset[str]] = ContextVar("revealed", default=frozenset())


def begin(*, masks: bool, revealed: Collection[str] = ()) -> None:
    """Say whether the reader sees masks, and what they had revealed: messages and people, each by a name."""
    _masks.set(masks)
    _revealed.set(frozenset(revealed) if masks else frozenset())


def forget(**_signal: object) -> None:
    """Say that a request is over (a receiver of Django's `request_finished`): a file may be streamed until then."""
    begin(masks=False)


@contextmanager
def seen_by(*, masks: bool) -> Iterator[None]:
    """Write something for somebody else than who asks, or for who is away: they see masks or not."""
    before = _masks.set(masks), _revealed.set(frozenset())
    try:
        yield
    finally:
        _masks.reset(before[0])
        _revealed.reset(before[1])


def is_on() -> bool:
    """Whether the reader sees masks."""
    return _masks.get()


def hides(name: object = None) -> bool:
    """Whether the reader sees masks in what has this name among what may be revealed."""
    return _masks.get() and (name is None or str(name) not in _revealed.get())


def number(phone: str, name: object = None) -> str:
    """Return somebody's number as the reader may see it."""
    return dotted(phone) if phone and hides(name) else phone


def address(mail: str, name: object = None) -> str:
    """Return somebody's e-mail address as the reader may see it."""
    return dotted_address(mail) if hides(name) else mail


def handle(known_as: str, name: object = None, *, is_address: bool) -> str:
    """Return what somebody is known as, as the reader may see it: "@noor", or an e-mail address; "" for nothing."""
    if is_address:
        return address(known_as, name)
    return f"@{known_as}" if known_as else ""


def dotted_address(mail: str) -> str:
    """Return an e-mail address with dots for all but its beginnings."""
    user, _at, host = mail.rpartition("@")
    return f"{user[:1]}{DOT * 5}@{host[:1]}{DOT * 5}"


def dotted(piece: str) -> str:
    """Return a number, or whatever else, with dots for all but its beginning and end."""
    letters = sum(sign.isalnum() for sign in piece)
    shown, place = [], 0
    for sign in piece:
        if sign.isalnum():
            place += 1
            shown.append(sign if place <= 2 or place > letters - 3 else DOT)  # noqa: PLR2004
        else:
            shown.append(sign)
    return "".join(shown)
