"""The emoji picker's data, found by Dutch and English words.

The computer's own picker has all of them; here are the few hundred that fit an answer, by their names.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from webcare.lib.text import fold

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# What goes behind an emoji that has them, and how it is called; "" is the yellow one.
TONES: tuple[tuple[str, _StrPromise], ...] = (
    ("", pgettext_lazy("skin tone", "Yellow")),
    ("\U0001f3fb", pgettext_lazy("skin tone", "Light")),
    ("\U0001f3fc", pgettext_lazy("skin tone", "Medium light")),
    ("\U0001f3fd", pgettext_lazy("skin tone", "Medium")),
    ("\U0001f3fe", pgettext_lazy("skin tone", "Medium dark")),
    ("\U0001f3ff", pgettext_lazy("skin tone", "Dark")),
)
_FILE = Path(__file__).with_name("emoji.toml")


@dataclass(frozen=True, slots=True)
class Emoji:
    """One emoji. `words` is what it is found by: small letters without accents, in both languages."""

    text: str
    name: str
    words: str
    has_tones: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Emoji under one heading."""

    title: str
    emoji: tuple[Emoji, ...]


@cache
def groups(language: str) -> tuple[Group, ...]:
    """Return every group with the names in a language, "nl" or else English."""
    ours = "nl" if language.startswith("nl") else "en"
    return tuple(
        Group(group[ours], tuple(_read(line, ours) for line in group["rows"].splitlines() if line))
        for group in tomllib.loads(_FILE.read_text(encoding="utf-8"))["group"]
    )


def _read(line: str, language: str) -> Emoji:
    shown, said = line.split(" ", 1)
    dutch, english = (part.strip() for part in said.split("|"))
    name = (dutch if language == "nl" else english).partition(":")[0]
    words = dict.fromkeys(fold(f"{dutch} {english}").replace(":", " ").replace(",", " ").split())
    return Emoji(shown.removesuffix("+"), name, " ".join(words), shown.endswith("+"))
