"""Where else something of a customer may stand: apps above the inbox say so, on the pages about erasing."""

from __future__ import annotations

from collections.abc import Callable

Note = Callable[[], str]
_notes: list[Note] = []


def register(note: Note) -> None:
    """Have an app asked what erasing does not reach; it answers with a sentence, or with \"\"."""
    if note not in _notes:
        _notes.append(note)


def notes() -> list[str]:
    """Return what erasing does not reach, a sentence each."""
    return [said for note in _notes if (said := note())]
