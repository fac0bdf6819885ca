"""Which language a text is in, among those customers here write."""

from __future__ import annotations

import re
from functools import cache
from threading import Lock
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

LANGUAGES = ("nl", "en", "de", "fr")
_LONGEST = 2000  # characters read: more says nothing new
_SHORTEST = 20  # letters; less than this says too little
_SURE = 0.9
_loading = Lock()
# An address begins where a word does: tried at every letter, a long word would take the square of its length.
_NOT_WORDS = re.compile(r"https?://\S+|[@#]\w+|(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.]+|\^\s?[A-Za-z]{1,4}\s*$")


def language_of(text: str) -> str:
    """Return nl, en, de or fr; "" where the text is too short or leaves doubt."""
    plain = " ".join(_NOT_WORDS.sub(" ", text[:_LONGEST]).split())
    # Of these languages only: words in Arabic or Cyrillic letters are none of theirs, whatever comes nearest.
    if sum(letter.isalpha() and letter < "\u0250" for letter in plain) < _SHORTEST:
        return ""
    with _loading:
        identifier = _identifier()
        language, certainty = identifier.classify(plain)
    return str(language) if certainty >= _SURE else ""


def load() -> None:
    """Read the model, half a second's work, before the first text is there."""
    with _loading:
        _identifier()


@cache
def _identifier() -> Any:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
